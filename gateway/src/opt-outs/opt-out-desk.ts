import type { OptOut } from '@chat-battle/contracts/records/opt-out'
import { maxListedOptOuts, type OptOutList } from '@chat-battle/contracts/rest/routes/list-opt-outs'
import type { OptOutJob } from '@chat-battle/contracts/rest/routes/request-opt-out'
import type { ConflatingProducer } from '@chat-battle/runtime/kafka/conflating-producer'
import type { OptOuts } from '@chat-battle/runtime/kafka/opt-outs'
import { requestedOptOut } from '@chat-battle/runtime/process/opt-out-request'
import type { PersonHash } from '@chat-battle/runtime/process/person-hash'
import type { ArchiveReader } from '../archive/archive-reader.ts'
import { refuseAfter, RequestRefused } from '../refusal.ts'

/** How long a request waits for Kafka. */
const answerWithinMs = 5000

export interface OptOutDeskParts {
  optOuts: Pick<OptOuts, 'anonymousId' | 'entries' | 'get' | 'set'>
  archive: Pick<ArchiveReader, 'page'>
  producer: Pick<ConflatingProducer, 'send'>
  /** Undefined: the settings have no secret, and no person can opt out. */
  hash: PersonHash | undefined
  /** Epoch ms. */
  now: () => number
}

/** Takes requests to opt out, and reports how far the removal is. The processor does it. */
export class OptOutDesk {
  readonly #parts: OptOutDeskParts

  constructor(parts: OptOutDeskParts) {
    this.#parts = parts
  }

  /** Rejects with `RequestRefused`. A repeated request runs the removal again unless it is running. */
  async request(person: { user_id: string } | { login: string }): Promise<OptOutJob> {
    const { hash, optOuts, producer, now } = this.#parts
    if (hash === undefined)
      throw new RequestRefused(
        'opt_outs_unavailable',
        'PERSON_HASH_SECRET is not set; set it for ingest, processor and gateway',
      )
    const login = 'login' in person ? person.login.replace(/^@/, '').toLowerCase() : undefined
    const userId = 'user_id' in person ? person.user_id : await this.#idOf(login ?? '')
    const known = optOuts.anonymousId(userId)
    const running = known === undefined ? undefined : optOuts.get(known)
    if (known !== undefined && running !== undefined && running.pending !== null) return jobOf(known, running)
    const names = login === undefined ? [] : [login]
    const [key, created] = requestedOptOut(hash, { userId, names }, 'operator', now())
    const job = known ?? key
    const value = running === undefined ? created : again(running, created)
    const written = producer.send(job, JSON.stringify(value))
    await Promise.race([written, refuseAfter(answerWithinMs)])
    optOuts.set(job, value)
    return jobOf(job, value)
  }

  job(id: string): OptOutJob | undefined {
    const found = this.#parts.optOuts.get(id)
    return found === undefined ? undefined : jobOf(id, found)
  }

  list(): OptOutList {
    const jobs = Array.from(this.#parts.optOuts.entries(), ([job, value]) => jobOf(job, value))
    const running = jobs.filter(({ state }) => state === 'running').length
    jobs.sort(
      (one, other) =>
        Number(other.state === 'running') - Number(one.state === 'running') ||
        other.requested_at - one.requested_at,
    )
    return { jobs: jobs.slice(0, maxListedOptOuts), total: jobs.length, running }
  }

  /** The id of the newest archived message with a login. */
  async #idOf(login: string): Promise<string> {
    const query = 'SELECT user_id FROM raw_chat_messages WHERE username = ? LIMIT 1'
    const { rows } = await this.#parts.archive.page(query, [login], { pageSize: 1 })
    const userId = rows[0]?.user_id
    if (typeof userId === 'string') return userId
    throw new RequestRefused(
      'person_not_found',
      `no message of ${login} is in the archive; send user_id instead`,
    )
  }
}

/** The record of a person who opted out before: it keeps the hashes of their names. */
function again(known: OptOut, requested: OptOut): OptOut {
  return { ...known, pending: requested.pending, done_at: null }
}

function jobOf(job: string, { pending, requested_by, opted_out_at, done_at, rewritten }: OptOut): OptOutJob {
  const state = pending === null ? 'done' : 'running'
  return { job, state, requested_by, requested_at: opted_out_at, done_at, rewritten }
}
