import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { contrast, grounds, nameColors } from './readable-color.ts'

test('knows the grounds of tokens.css', () => {
  const css = readFileSync(new URL('../../styles/tokens.css', import.meta.url), 'utf8')
  expect([...css.matchAll(/--well: (#[0-9a-f]{6});/g)].map(([, hex]) => hex)).toEqual([
    grounds.dark,
    grounds.light,
  ])
})

test('keeps a colour that can be read', () => {
  expect(nameColors('#ff7f50', '1').dark).toBe('#ff7f50')
  expect(nameColors('#0000ff', '1').light).toBe('#0000ff')
})

test('makes every colour readable in both themes', () => {
  for (let value = 0; value < 0x1000; value++) {
    const color = `#${[...value.toString(16).padStart(3, '0')].map((digit) => digit + digit).join('')}`
    const { dark, light } = nameColors(color, '1')
    expect(contrast(dark, grounds.dark), `${color} in dark`).toBeGreaterThanOrEqual(4.5)
    expect(contrast(light, grounds.light), `${color} in light`).toBeGreaterThanOrEqual(4.5)
  }
})

test('keeps the hue: blue becomes a lighter blue', () => {
  const { dark } = nameColors('#0000ff', '1')
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => parseInt(dark.slice(at, at + 2), 16))
  expect(blue).toBeGreaterThan(Math.max(red, green) + 60)
})

test('gives people without a colour always the same one', () => {
  expect(nameColors(null, '1234')).toEqual(nameColors(null, '1234'))
  expect(new Set(['1', '2', '3'].map((id) => nameColors(null, id).dark)).size).toBe(3)
})

test('has the contrast of black on white right', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
})
