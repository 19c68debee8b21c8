import { expect, test } from 'vitest'
import { maxSourceRooms, SourceRooms } from './source-rooms.ts'

test('forgets a room an hour after its last message', () => {
  const rooms = new SourceRooms()
  rooms.see('1', 0)
  rooms.see('2', 0)
  rooms.see('1', 1000)
  expect(rooms.at(3_600_000)).toEqual(['2', '1'])
  expect(rooms.at(3_600_001)).toEqual(['1'])
  expect(rooms.at(3_601_001)).toEqual([])
})

test('keeps the known rooms when there are too many', () => {
  const rooms = new SourceRooms()
  for (let id = 0; id < maxSourceRooms + 5; id++) rooms.see(String(id), 0)
  rooms.see('0', 1)
  expect(rooms.at(2)).toHaveLength(maxSourceRooms)
  expect(rooms.at(2)).toContain('0')
  expect(rooms.at(2)).not.toContain(String(maxSourceRooms))
})
