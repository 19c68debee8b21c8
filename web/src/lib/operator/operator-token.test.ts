import { beforeEach, expect, test } from 'vitest'
import { operatorToken } from './operator-token.svelte.ts'

beforeEach(() => operatorToken.forget())

test('forgets a refused token, and says so until another one is given', () => {
  operatorToken.give('wrong')
  operatorToken.refuse('wrong')
  expect([operatorToken.value, operatorToken.isRefused]).toEqual([null, true])
  operatorToken.give('another')
  expect([operatorToken.value, operatorToken.isRefused]).toEqual(['another', false])
})

test('keeps a new token where an earlier request with another one is refused', () => {
  operatorToken.give('new')
  operatorToken.refuse('wrong')
  expect(operatorToken.value).toBe('new')
})
