import { z } from 'zod'

const answer = z.object({
  advisories: z.record(
    z.string(),
    z.object({
      module_name: z.string(),
      severity: z.enum(['info', 'low', 'moderate', 'high', 'critical']),
      title: z.string(),
      url: z.string(),
    }),
  ),
  metadata: z.object({ totalDependencies: z.number().positive() }),
})
const serious = new Set(['high', 'critical'])

/** A line for each serious advisory of what `pnpm audit --json` printed; undefined where that is no answer of an audit. */
export function seriousAdvisories(output: string): string[] | undefined {
  const read = answer.safeParse(parse(output))
  if (!read.success) return undefined
  return Object.values(read.data.advisories)
    .filter(({ severity }) => serious.has(severity))
    .map(({ module_name, severity, title, url }) => `${module_name}: ${severity}: ${title} (${url})`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
