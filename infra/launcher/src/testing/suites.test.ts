import { expect, test } from 'vitest'
import { select, suiteOf, suites } from './suites.ts'

test('selects every suite without arguments', async () => {
  expect(await select([])).toEqual({ suites })
})

test('selects the named suites, in the order in which they run', async () => {
  expect(await select(['kafka', 'unit'])).toEqual({ suites: ['unit', 'kafka'] })
})

test('finds the suite of a file', async () => {
  expect(await select(['testing/suites.test'])).toEqual({ suites: ['unit'], file: 'testing/suites.test' })
  expect(await select(['topic-reader'])).toEqual({ suites: ['kafka'], file: 'topic-reader' })
  expect(await select(['tests/watching'])).toEqual({ suites: ['browser'], file: 'tests/watching' })
})

test('takes an argument that is no file of the suite for the name of a test', async () => {
  expect(await select(['kafka', 'is read at once'])).toEqual({ suites: ['kafka'], name: 'is read at once' })
  expect(await select(['kafka', 'tests/watching'])).toEqual({ suites: ['kafka'], name: 'tests/watching' })
})

test.each([
  ['8', '8'],
  ['1,4', '1,4'],
  ['faults/src/faults/07-twitch-fails.ts', '7'],
])('selects faults by %s', async (argument, name) => {
  expect(await select(['faults', argument])).toEqual({ suites: ['faults'], name })
})

test.each([
  [['no-such-file'], 'no suite and no test file no-such-file'],
  [['unit', 'one', 'two'], 'expected one file or name, got one, two'],
  [['faults', 'kafka-killed'], 'kafka-killed: expected the numbers of faults'],
])('refuses %s', async (args, message) => {
  await expect(select(args)).rejects.toThrow(message)
})

test.each([
  ['a.test.ts', 'unit'],
  ['a.kafka.test.ts', 'kafka'],
  ['a.cassandra.test.ts', 'cassandra'],
  ['a.spec.ts', 'browser'],
])('%s is in suite %s', (file, suite) => {
  expect(suiteOf(file)).toBe(suite)
})
