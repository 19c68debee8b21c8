import type { OpenApiDocument } from '@chat-battle/contracts/rest/routes/get-openapi'
import type { Health } from '@chat-battle/contracts/rest/routes/get-health'
import type { OptedOut } from '@chat-battle/contracts/records/anonymise'
import type { Route, RouteInput, RouteReply } from '@chat-battle/contracts/rest/route'
import type { ArchiveReader } from '../archive/archive-reader.ts'
import type { EmoteUsageReader } from '../archive/emote-usage.ts'
import type { SummaryView } from '../archive/history/summary-view.ts'
import type { Channels } from '../current/channels.ts'
import type { LiveView } from '../current/live-view.ts'
import type { StatsView } from '../current/stats-view.ts'
import type { MomentView } from '../current/moment-view.ts'
import type { StatusView } from '../directory/status-view.ts'
import type { EmoteSets } from '../emotes/emote-sets.ts'
import type { SeenTwitchEmotes } from '../emotes/seen-twitch-emotes.ts'
import type { Places } from '../limits/places.ts'
import type { OperatorReaders } from '../operator/open-operator.ts'
import type { OptOutDesk } from '../opt-outs/opt-out-desk.ts'
import type { WebhookDesk } from '../webhooks/webhook-desk.ts'
import type { RequestLeases } from './request-leases.ts'

/** BOT_LOGINS and NOT_BOT_LOGINS. */
interface BotSettings {
  readonly logins: readonly string[]
  readonly notLogins: readonly string[]
}

/** What the settings say about who runs the installation, and how people opt out. */
interface InstallationSettings {
  readonly contact: string | undefined
  readonly optOutCommand: string | undefined
  readonly isOptOutPossible: boolean
}

/** What the handlers read from. */
export interface RestContext {
  readonly channels: Channels
  readonly liveView: Pick<LiveView, 'of' | 'newestMs'>
  readonly statusView: Pick<StatusView, 'monitored' | 'loginOf'>
  readonly statsView: Pick<StatsView, 'windows'>
  readonly emoteSets: Pick<EmoteSets, 'find' | 'heads' | 'ofChannel'>
  readonly twitchEmotes: Pick<SeenTwitchEmotes, 'has' | 'see'>
  readonly emoteUsage: Pick<EmoteUsageReader, 'of' | 'range'>
  readonly bots: BotSettings
  readonly installation: InstallationSettings
  readonly archive: Pick<ArchiveReader, 'page'>
  readonly summaries: Pick<SummaryView, 'get'>
  readonly moments: Pick<MomentView, 'list' | 'isWhole'>
  readonly exports: Places
  readonly histories: Places
  readonly searches: Places
  readonly archiveRetentionHours: number
  readonly health: () => Health
  readonly operator: OperatorReaders
  readonly people: OptedOut
  readonly optOuts: Pick<OptOutDesk, 'request' | 'job' | 'list'>
  readonly webhooks: Pick<WebhookDesk, 'list' | 'create' | 'delete'>
  readonly openApi: () => OpenApiDocument
}

/** What a handler knows of one request besides its parameters. */
interface RequestScope {
  readonly leases: RequestLeases
}

/** A handler may throw `RequestRefused`. */
export type Handler<R extends Route> = (
  context: RestContext,
  input: RouteInput<R>,
  scope: RequestScope,
) => RouteReply<R> | Promise<RouteReply<R>>

/** A route with its handler. */
export interface Endpoint<R extends Route = Route> {
  readonly route: R
  readonly handle: Handler<R>
}

export function reply<const Status extends number, Body>(status: Status, body: Body) {
  return { status, body }
}

export function endpoint<R extends Route>(route: R, handle: Handler<R>): Endpoint {
  // Erases R: the router decodes the input by the schemas of the same route.
  return { route, handle: handle as unknown as Handler<Route> }
}
