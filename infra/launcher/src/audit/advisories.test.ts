import { expect, test } from 'vitest'
import { seriousAdvisories } from './advisories.ts'

/** As pnpm 12 prints it; how many of each severity and kind there are is left out. */
function printed(advisories: Record<string, unknown>): string {
  return JSON.stringify({ advisories, metadata: { dependencies: 137, totalDependencies: 362 } }, undefined, 2)
}

function advisory(name: string, severity: string) {
  return {
    findings: [
      { version: '5.57.3', paths: ['web>svelte', '.>svelte'], dev: true, optional: false, bundled: false },
    ],
    id: 1234567,
    title: `A hole in ${name}`,
    module_name: name,
    vulnerable_versions: '<6.0.0',
    patched_versions: '>=6.0.0',
    severity,
    cwe: 'CWE-79',
    github_advisory_id: 'GHSA-aaaa-bbbb-cccc',
    url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
  }
}

test('advisories are told from high on, those of development among them', () => {
  const output = printed({
    1: advisory('svelte', 'high'),
    2: advisory('ws', 'moderate'),
    3: advisory('kafkajs', 'critical'),
  })
  expect(seriousAdvisories(output)).toEqual([
    'svelte: high: A hole in svelte (https://github.com/advisories/GHSA-aaaa-bbbb-cccc)',
    'kafkajs: critical: A hole in kafkajs (https://github.com/advisories/GHSA-aaaa-bbbb-cccc)',
  ])
})

test('an answer without advisories has nothing serious', () => {
  expect(seriousAdvisories(printed({}))).toEqual([])
})

test.each([
  ['nothing, as when the registry refuses', ''],
  ['an error', '{"error":{"code":"ERR_PNPM_AUDIT_BAD_RESPONSE","message":"responded with 405"}}'],
  ['something of another shape', '{"advisories":[],"metadata":{"totalDependencies":362}}'],
  ['an advisory of another shape', printed({ 1: { ...advisory('ws', 'high'), severity: 'HIGH' } })],
  ['an audit of no dependency', '{"advisories":{},"metadata":{"totalDependencies":0}}'],
  ['half an answer', printed({ 1: advisory('ws', 'high') }).slice(0, -20)],
])('no answer: %s', (_what, output) => {
  expect(seriousAdvisories(output)).toBeUndefined()
})
