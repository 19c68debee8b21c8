import { expect, test } from 'vitest'
import { labelledCounts, labelledRankings } from '@chat-battle/contracts/records/figures'
import { locales } from '../../i18n/messages.ts'
import { figureLabels } from './messages.ts'

test.each(locales)('labels every figure in %s', (locale) => {
  const labels: Readonly<Record<string, string>> = figureLabels[locale]
  const missing = [...labelledCounts, ...labelledRankings].filter(({ name }) => labels[name] === undefined)
  expect(missing).toEqual([])
})

test('labels a figure in English as the contract does', () => {
  const labels: Readonly<Record<string, string>> = figureLabels.en
  for (const { name, label } of [...labelledCounts, ...labelledRankings]) expect(labels[name]).toBe(label)
})
