import { expect, test } from 'vitest'
import { exampleMoment } from '../moments/moment.fixture.ts'
import { momentShownMs, onAirMoment } from './on-air-moment.ts'

test('shows the moment that started last, until some time after its peak', () => {
  const early = exampleMoment({ channel_login: 'early', start: 1000, peak: 20_000 })
  const late = exampleMoment({ channel_login: 'late', start: 9000, peak: 10_000 })
  const at = (nowMs: number) => onAirMoment([late, early], nowMs)?.channel_login
  expect(at(10_000)).toBe('late')
  expect(at(10_000 + momentShownMs)).toBe('early')
  expect(at(20_000 + momentShownMs)).toBeUndefined()
  expect(onAirMoment([], 0)).toBeUndefined()
})
