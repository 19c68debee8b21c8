import { expect, test } from 'vitest'
import type { OptOut } from '@chat-battle/contracts/records/opt-out'
import { PersonHash } from '../process/person-hash.ts'
import { OptOuts } from './opt-outs.ts'

const [one, two] = ['1'.repeat(32), '2'.repeat(32)]

function record(name_hashes: string[], secret_id = new PersonHash([one]).secretIds[0] ?? ''): OptOut {
  const done = { pending: null, done_at: 2, rewritten: 0 }
  return { opted_out_at: 1, requested_by: 'operator', secret_id, name_hashes, ...done }
}

test('knows people by id and by name, and nobody else', () => {
  const hash = new PersonHash([one])
  const optOuts = new OptOuts(hash)
  expect(optOuts.anonymousId('7')).toBeUndefined()
  optOuts.set(hash.anonymousId('7'), record([hash.nameHash('seven')]))
  expect(optOuts.anonymousId('7')).toBe(hash.anonymousId('7'))
  expect(optOuts.anonymousId('8')).toBeUndefined()
  expect([optOuts.hasName('SEVEN'), optOuts.hasName('eight')]).toEqual([true, false])
})

test('keeps the anonymous id of a person who opted out under a former secret', () => {
  const former = new PersonHash([one])
  const optOuts = new OptOuts(new PersonHash([two, one]))
  optOuts.set(former.anonymousId('7'), record([former.nameHash('seven')]))
  expect(optOuts.anonymousId('7')).toBe(former.anonymousId('7'))
  expect(optOuts.hasName('seven')).toBe(true)
})

test('forgets a person whose record is deleted, and not a name that another one has', () => {
  const hash = new PersonHash([one])
  const optOuts = new OptOuts(hash)
  for (const id of ['7', '8']) optOuts.set(hash.anonymousId(id), record([hash.nameHash('seven')]))
  optOuts.delete(hash.anonymousId('7'))
  expect(optOuts.anonymousId('7')).toBeUndefined()
  expect(optOuts.hasName('seven')).toBe(true)
  optOuts.delete(hash.anonymousId('8'))
  expect(optOuts.hasName('seven')).toBe(false)
})

test.each([undefined, new PersonHash([two])])('refuses to work without the secret of a record', (hash) => {
  const optOuts = new OptOuts(hash)
  expect(optOuts.anonymousId('7')).toBeUndefined()
  optOuts.set(new PersonHash([one]).anonymousId('7'), record([]))
  expect(() => optOuts.anonymousId('8')).toThrow('PERSON_HASH_SECRET')
})
