import type { ChatMessage } from '@chat-battle/contracts/records/chat-event'
import { positiveNumber, runCommand, UserError } from '@chat-battle/runtime/process/command-line'
import { readRecording } from '@chat-battle/twitch-stub/replay'
import type { JudgedChat } from './moments/burst.ts'
import { doubleMeanDetector, foldDetector, zScoreDetector, type Detector } from './moments/detectors.ts'
import { alarmsOf, Score } from './moments/score.ts'
import { simulate } from './moments/simulated.ts'
import { messagesOf, plain, splice } from './moments/spliced.ts'

const usage = `Judges the detection of moments by chat with known bursts, beside two common rules.

  pnpm bench:moments [RECORDING ...] [--seeds 5] [--first-seed 101] [--hours 24] [--splices 20]

Simulated chat at 0.1 to 100 messages per second always; --hours is its length at low rates, shorter at high ones. RECORDING is
raw IRC with tags, or lines of {"t_ms", "late_ms", "channel", "line"}: bursts are spliced into each channel of ten minutes or more.

Each column: recall / precision / false alarms per hour / median, 95th percentile of the delay in s.`

const detectors: readonly [string, () => Detector][] = [
  ['Chat Battle', foldDetector],
  ['z > 3 of 10 min', zScoreDetector],
  ['2 × mean of 30 s', doubleMeanDetector],
]

/** Messages per second, times as fast, s, and the greatest number of hours. */
const simulations: readonly (readonly [rate: number, factor: number, forS: number, maxHours: number])[] = [
  [0.1, 5, 20, 24],
  [0.1, 10, 20, 24],
  [0.5, 5, 20, 24],
  [0.5, 10, 20, 24],
  [2, 3, 30, 24],
  [2, 5, 20, 24],
  [10, 3, 30, 8],
  [10, 5, 20, 8],
  [50, 5, 20, 4],
  [100, 5, 20, 3],
]
const burstsPerHour = 3
const factors = [3, 5, 10]

function printRow(label: string, chats: readonly JudgedChat[]): void {
  const columns = detectors.map(([, make]) => {
    const score = new Score()
    for (const chat of chats) score.add(chat, alarmsOf(chat, make()))
    return score.toString()
  })
  console.log(`| ${[label, ...columns].join(' | ')} |`)
}

function printHead(title: string): void {
  console.log(`\n| ${[title, ...detectors.map(([name]) => name)].join(' | ')} |`)
  console.log(`| ${['', ...detectors].map(() => '---').join(' | ')} |`)
}

function judgeSimulated(seeds: readonly number[], maxHours: number): void {
  printHead('simulated: rate per s, burst')
  const simulated = (
    rate: number,
    hours: number,
    burst: { forS: number; factor: number; burstsPerHour: number },
  ) => seeds.map((seed) => simulate({ rate, hours, ...burst, seed }))
  for (const [rate, factor, forS, most] of simulations) {
    const chats = simulated(rate, Math.min(most, maxHours), { forS, factor, burstsPerHour })
    printRow(`${rate}, ×${factor} for ${forS} s`, chats)
  }
  for (const [rate, most] of [
    [0.5, 24],
    [2, 24],
    [10, 8],
  ] as const)
    printRow(
      `${rate}, none`,
      simulated(rate, Math.min(most, maxHours), { forS: 20, factor: 1, burstsPerHour: 0 }),
    )
}

function judgeRecorded(channel: string, messages: readonly ChatMessage[], seeds: readonly number[]): void {
  const own = plain(messages)
  printRow(`${channel}, its own`, [own])
  for (const factor of factors) {
    printRow(
      `${channel}, ×${factor} for 20 s`,
      seeds.map((seed) => splice(messages, factor, seed)),
    )
  }
}

const options = {
  seeds: { type: 'string', default: '5' },
  'first-seed': { type: 'string', default: '101' },
  hours: { type: 'string', default: '24' },
  splices: { type: 'string', default: '20' },
} as const

await runCommand({ usage, options, allowPositionals: true }, async ({ values, positionals }) => {
  const firstSeed = positiveNumber('first-seed', values['first-seed'])
  const seeds = (count: number) => Array.from({ length: count }, (_, index) => firstSeed + index)
  judgeSimulated(seeds(positiveNumber('seeds', values.seeds)), positiveNumber('hours', values.hours))
  if (positionals.length === 0) return 0
  printHead('recorded: channel, burst')
  for (const file of positionals) {
    const recorded = await readRecording(file).catch((error: Error) => {
      throw new UserError(error.message)
    })
    for (const [channel, messages] of messagesOf(recorded))
      judgeRecorded(channel, messages, seeds(positiveNumber('splices', values.splices)))
  }
  return 0
})
