/** One of the chats that are compared: its messages per step of a stretch; null where a step is not known. */
export interface Contender {
  login: string
  values: readonly (number | null)[]
}

/** Who led a stretch, step by step. */
export interface Verdict {
  /** Steps since the first in which every chat is known. */
  steps: number
  /** Who led in how many of them, most first. */
  leads: { login: string; steps: number }[]
  /** Steps in which the first ones had equally much. */
  level: number
  /** Steps in which nobody wrote. */
  silent: number
  /** Steps in which a chat is not known. */
  unknown: number
}

export interface LeadChange {
  /** Number of the step. */
  step: number
  login: string
  /** Who led before. */
  from: string
}

type Outcome = { kind: 'led'; login: string } | { kind: 'level' | 'silent' | 'unknown' }

export function verdictOf(contenders: readonly Contender[]): Verdict {
  const all = outcomesOf(contenders)
  const first = all.findIndex(({ kind }) => kind !== 'unknown')
  const outcomes = first === -1 ? [] : all.slice(first)
  const many = (kind: Outcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).length
  const leads = contenders
    .map(({ login }) => ({
      login,
      steps: outcomes.filter((outcome) => outcome.kind === 'led' && outcome.login === login).length,
    }))
    .filter(({ steps }) => steps > 0)
    .sort((a, b) => b.steps - a.steps)
  return {
    steps: outcomes.length,
    leads,
    level: many('level'),
    silent: many('silent'),
    unknown: many('unknown'),
  }
}

/** Each step in which another chat led than the last one that led, in order. */
export function leadChanges(contenders: readonly Contender[]): LeadChange[] {
  const changes: LeadChange[] = []
  let leader: string | undefined
  outcomesOf(contenders).forEach((outcome, step) => {
    if (outcome.kind !== 'led') return
    if (leader !== undefined && leader !== outcome.login)
      changes.push({ step, login: outcome.login, from: leader })
    leader = outcome.login
  })
  return changes
}

function outcomesOf(contenders: readonly Contender[]): Outcome[] {
  const steps = Math.max(0, ...contenders.map(({ values }) => values.length))
  return Array.from({ length: steps }, (_, step) => outcomeOf(contenders, step))
}

function outcomeOf(contenders: readonly Contender[], step: number): Outcome {
  const known = contenders.flatMap(({ login, values }) => {
    const value = values[step] ?? null
    return value === null ? [] : [{ login, value }]
  })
  if (known.length < contenders.length || known.length < 2) return { kind: 'unknown' }
  const most = Math.max(...known.map(({ value }) => value))
  if (most === 0) return { kind: 'silent' }
  const leaders = known.filter(({ value }) => value === most)
  const [leader] = leaders
  return leaders.length > 1 || leader === undefined ? { kind: 'level' } : { kind: 'led', login: leader.login }
}
