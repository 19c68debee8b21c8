import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { callRoute } from '@chat-battle/contracts/rest/call-route'
import { getOptOut } from '@chat-battle/contracts/rest/routes/get-opt-out'
import { requestOptOut } from '@chat-battle/contracts/rest/routes/request-opt-out'
import { until } from '@chat-battle/testkit/testing'
import { tracesInTables, tracesInTopics } from '@chat-battle/testkit/traces'
import { privmsg, type Person } from '@chat-battle/twitch-stub/irc-text'
import { defineFault, type FaultRun } from '../harness/define-fault.ts'
import { readArchivedMessages } from '../judges/archive-rows.ts'
import type { SentLine } from '../load/traffic.ts'

const channels = ['rights_a', 'rights_b', 'rights_c']
const optOutCommand = fileURLToPath(new URL('../../../gateway/src/opt-out.ts', import.meta.url))
const awayMs = 5000
const archivedWithinMs = 60_000
const doneWithinMs = 120_000
const removedWithinMs = 60_000

const someone = (id: string, login: string): Person => ({
  id,
  login,
  displayName: login,
  isSubscriber: false,
  badges: '',
})
const leaving = someone('900700770', 'annabel_who_leaves')
const banned = someone('900700771', 'bertram_who_is_banned')
const others = [someone('900700772', 'carla'), someone('900700773', 'dora')] as const

const texts = { leaving: 'what annabel told', banned: 'what bertram told', deleted: 'what carla took back' }
/** What nothing may have in the end. */
const traces = [leaving.id, leaving.login, ...Object.values(texts)]

function say(run: FaultRun, login: string, person: Person, id: string, text: string, replyTo?: string): void {
  const room = { id: run.installation.twitch.roomId(login), login }
  const reply = replyTo === undefined ? undefined : { id: replyTo, person: leaving }
  run.traffic.say(
    login,
    privmsg(room, person, { id: `${login}-${id}`, timestamp: Date.now(), text, replyTo: reply }),
  )
}

function sayBefore(run: FaultRun): void {
  const [carla, dora] = others
  for (const login of channels) {
    say(run, login, leaving, 'leaving', texts.leaving)
    say(run, login, banned, 'banned', texts.banned)
    say(run, login, carla, 'deleted', texts.deleted)
    say(run, login, dora, 'reply', `@${leaving.login} no`, `${login}-leaving`)
  }
}

function moderate({ installation, traffic }: FaultRun): void {
  for (const login of channels) {
    const tags = `room-id=${installation.twitch.roomId(login)};tmi-sent-ts=${Date.now()}`
    const ban = `@${tags};target-user-id=${banned.id} :tmi.twitch.tv CLEARCHAT #${login} :${banned.login}`
    const deletion = `@${tags};target-msg-id=${login}-deleted :tmi.twitch.tv CLEARMSG #${login} :${texts.deleted}`
    traffic.say(login, ban)
    traffic.say(login, deletion)
  }
}

async function killEverything({ installation, cluster, watcher }: FaultRun): Promise<number> {
  const killProcessor = () => installation.process('processor').signal('SIGKILL')
  killProcessor()
  await cluster.cassandra.kill()
  await delay(awayMs)
  await cluster.cassandra.start()
  await cluster.kafka.kill()
  await delay(awayMs)
  const backAtMs = Date.now()
  await cluster.kafka.start()
  const recoveredInS = await watcher.recovered(backAtMs)
  killProcessor()
  return recoveredInS
}

/** Lets the person opt out once more, by the command. Returns its problem. */
async function repeatByCommand(url: string): Promise<string[]> {
  const arguments_ = [optOutCommand, leaving.id, '--gateway', url]
  const { stdout } = await promisify(execFile)(process.execPath, arguments_, { timeout: doneWithinMs })
  return /^done: \d+ rows and records rewritten/m.test(stdout) ? [] : [`the command printed ${stdout}`]
}

/** What rows have of the messages that were sent, beside their columns: each exactly once. */
async function rowProblems(run: FaultRun, sent: readonly SentLine[]): Promise<string[]> {
  const expected = new Set(
    sent.flatMap(({ line }) => (/ PRIVMSG /.test(line) ? [/[@;]id=([^; ]+)/.exec(line)?.[1]] : [])),
  )
  const times = new Map<string, number>()
  await readArchivedMessages(run.installation, (id) => times.set(id, (times.get(id) ?? 0) + 1))
  const lost = [...expected].filter((id) => id === undefined || !times.has(id)).length
  const twice = [...times].filter(([id, count]) => count > 1 || !expected.has(id)).length
  return lost + twice === 0 ? [] : [`the archive lost ${lost} messages and has ${twice} too many`]
}

export const peopleRemoved = defineFault({
  id: 26,
  name: 'opt-out, ban, deletion: processor and servers killed',
  load: {
    name: 'fault-26',
    channels,
    linesPerSecond: 150,
    env: { PERSON_HASH_SECRET: '26'.repeat(16) },
  },
  async make(run) {
    const { installation } = run
    const origin = { origin: installation.url('gateway') }
    sayBefore(run)
    const isArchived = async () => {
      const found = await tracesInTables(installation.settings, Object.values(texts))
      return Object.values(texts).every((text) => found.includes(`raw_chat_messages: ${text}`))
    }
    await until(isArchived, 'the messages are archived', archivedWithinMs)
    const { job } = await callRoute(requestOptOut, { body: { user_id: leaving.id } }, origin)
    moderate(run)
    const recoveredInS = await killEverything(run)
    for (const login of channels) say(run, login, leaving, 'later', texts.leaving)
    const isDone = async () => {
      const found = await callRoute(getOptOut, { params: { job } }, origin).catch(() => undefined)
      return found?.state === 'done' && found.rewritten > 0
    }
    await until(isDone, 'the job is done', doneWithinMs)
    return {
      times: 4,
      recoveredInS,
      expectedDeaths: { processor: 2 },
      problems: await repeatByCommand(origin.origin),
    }
  },
  async expect(run) {
    const { installation, traffic } = run
    const problems = async () => [
      ...(await tracesInTables(installation.settings, traces)),
      ...(await tracesInTopics(installation, traces)),
      ...(await rowProblems(run, traffic.sent)),
    ]
    const isRight = until(async () => (await problems()).length === 0, 'nothing is left', removedWithinMs)
    return await isRight.then(
      () => [],
      () => problems(),
    )
  },
})
