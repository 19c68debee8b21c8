import { expect, test } from 'vitest'
import { isAnonymousId } from '@chat-battle/contracts/records/opt-out'
import { personHashOf, personHashSettings } from './person-hash.ts'
import { readSettings } from './settings.ts'

const [one, two] = ['1'.repeat(32), '2'.repeat(32)]
const hashOf = (PERSON_HASH_SECRET: string) => {
  const hash = personHashOf({ PERSON_HASH_SECRET })
  if (hash === undefined) throw new Error('no hash')
  return hash
}

test('is HMAC-SHA-256 of the user id, 128 bits of it', () => {
  // printf 'user 7' | openssl dgst -sha256 -hmac 11111111111111111111111111111111
  expect(hashOf(one).anonymousId('7')).toBe('anon-134064a030da133287848c390abdb5dd')
})

test('differs by person, by secret, and between ids and names', () => {
  const hashes = [hashOf(one).anonymousId('7'), hashOf(one).anonymousId('8'), hashOf(two).anonymousId('7')]
  expect(new Set([...hashes, `anon-${hashOf(one).nameHash('7')}`]).size).toBe(4)
  expect(hashes.every(isAnonymousId)).toBe(true)
})

test('knows the hashes of former secrets after a rotation', () => {
  const rotated = hashOf(`${two}, ${one}`)
  expect(rotated.anonymousIds('7')).toEqual([hashOf(two).anonymousId('7'), hashOf(one).anonymousId('7')])
  expect(rotated.nameHashes('Seven')).toEqual([hashOf(two).nameHash('seven'), hashOf(one).nameHash('SEVEN')])
})

test('there is none without a secret', () => {
  expect(personHashOf({})).toBeUndefined()
})

test.each(['short', `${one},short`])('the secret %s is refused, without its value in the message', (text) => {
  const read = () => readSettings(personHashSettings, { PERSON_HASH_SECRET: text })
  expect(read).toThrow('PERSON_HASH_SECRET=***: expected at least 32 characters per secret')
})
