import { expect, test } from 'vitest'
import { shareBar } from './share-bar.ts'

test('has a part per chat in its colour, as wide as its share', () => {
  const bar = shareBar([
    { index: 0, share: 0.75 },
    { index: 2, share: 0.25 },
  ])
  expect(bar).toContain('var(--c0) calc(0% + 1px) calc(75% - 1px)')
  expect(bar).toContain('var(--c2) calc(75% + 1px) calc(100% - 1px)')
})

test('has equal parts before the first message', () => {
  const bar = shareBar([0, 1].map((index) => ({ index, share: null })))
  expect(bar).toContain('var(--c1) calc(50% + 1px) calc(100% - 1px)')
})

test('shows a chat without messages', () => {
  const bar = shareBar([
    { index: 0, share: 0.995 },
    { index: 1, share: 0 },
  ])
  expect(bar).toContain('var(--c1) calc(99.5% + 1px) calc(100% - 1px)')
})
