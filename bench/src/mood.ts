import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { readMood } from '@chat-battle/ingest/mood'
import { runCommand, UsageError, UserError } from '@chat-battle/runtime/process/command-line'
import { cpuUs } from './processor/cpu.ts'
import { classScores, correlationOfMeans, type Judged } from './mood/scores.ts'

const usage = `Compares the moods that ingest reads with labels that people or models gave.

  pnpm bench:mood FILE

FILE has one JSON object per line: {"text": "...", "label": "pos" | "neu" | "neg" | null}. Lines without an agreed label (null)
are skipped. Even and odd lines are also shown apart, because docs/mood.md reports an odd half that no list was tuned on.`

const line = z.object({ text: z.string(), label: z.enum(['pos', 'neu', 'neg']).nullable() })
const labelValues = { pos: 1, neu: 0, neg: -1 } as const
const timedRounds = 100

type Labelled = z.infer<typeof line>

function readLabels(path: string): Labelled[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.flatMap((text, index) => {
    if (text.trim() === '') return []
    try {
      return line.parse(JSON.parse(text))
    } catch {
      throw new UserError(`${path}:${index + 1}: expected {"text", "label": "pos" | "neu" | "neg" | null}`)
    }
  })
}

function judge(rows: readonly Labelled[]): Judged[] {
  return rows.flatMap(({ text, label }) =>
    label === null ? [] : [{ label: labelValues[label], mood: readMood({ message: text, emotes: [] }) }],
  )
}

function row(judged: readonly Judged[]): Record<string, string | number> {
  const { accuracy, macroF1, f1 } = classScores(judged)
  const covered = judged.filter(({ mood }) => mood !== null).length
  return {
    messages: judged.length,
    accuracy: accuracy.toFixed(3),
    'macro-F1': macroF1.toFixed(3),
    'F1 pos, neu, neg': f1.map((each) => each.toFixed(2)).join(', '),
    coverage: (covered / judged.length).toFixed(2),
    'r of means of 25': correlationOfMeans(judged, 25).toFixed(2),
    'same, even mix': correlationOfMeans(judged, 25, { isEvenMix: true }).toFixed(2),
  }
}

/** µs of CPU per message, the last of several measurements: the first ones include compilation. */
function cost(rows: readonly Labelled[]): number {
  let perMessageUs = 0
  for (let round = 0; round < 4; round++) {
    const beganUs = cpuUs()
    for (let repeat = 0; repeat < timedRounds; repeat++)
      for (const { text } of rows) readMood({ message: text, emotes: [] })
    perMessageUs = (cpuUs() - beganUs) / (timedRounds * rows.length)
  }
  return perMessageUs
}

await runCommand({ usage, options: {}, allowPositionals: true }, ({ positionals: [path] }) => {
  if (path === undefined) throw new UsageError('FILE is missing')
  const rows = readLabels(path)
  if (!rows.some(({ label }) => label !== null)) throw new UserError(`${path}: no line has an agreed label`)
  const all = judge(rows)
  console.table({
    'even lines': row(judge(rows.filter((_, index) => index % 2 === 0))),
    'odd lines': row(judge(rows.filter((_, index) => index % 2 === 1))),
    'all lines': row(all),
    'always positive': row(all.map(({ label }) => ({ label, mood: 1 }))),
  })
  console.log(`${cost(rows).toFixed(2)} µs of CPU per message`)
  return Promise.resolve(0)
})
