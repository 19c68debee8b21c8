import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { z } from 'zod'
import { parseChannelName } from '@chat-battle/contracts/channel-name'
import { isSecret } from './secrets.ts'

/** Thrown for invalid settings. Its message has one line per wrong value. */
export class SettingsError extends Error {
  readonly wrong: readonly string[]

  constructor(wrong: readonly string[]) {
    super(`invalid settings (see docs/configuration.md):\n${wrong.map((line) => `  ${line}`).join('\n')}`)
    this.wrong = wrong
  }
}

/** Former names. A value under one of them is refused: ignoring it would silently bring the default back. */
const formerNames: Readonly<Record<string, readonly string[]>> = {
  TRUSTED_PROXIES: ['GATEWAY_TRUSTED_PROXIES', 'WEB_TRUSTED_PROXIES'],
}

/**
 * Reads settings from `environment` by a schema whose keys are the variables' names. An absent or empty variable gets its
 * default; an empty one of `outsideUrl` is turned off. Throws a `SettingsError` with every wrong or missing variable and with the lines that `alsoWrong` adds.
 */
export function readSettings<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: NodeJS.ProcessEnv,
  alsoWrong: (given: Readonly<Record<string, string>>) => readonly string[] = () => [],
): z.infer<z.ZodObject<Shape>> {
  const given: Record<string, string> = {}
  for (const name of Object.keys(shape)) {
    const value = environment[name]?.trim()
    if (value !== undefined && (value !== '' || mayBeOff(shape[name]))) given[name] = value
  }
  const read = z.object(shape).safeParse(given)
  const wrong = (read.error?.issues ?? []).map((issue) => {
    const name = String(issue.path[0])
    return given[name] === undefined
      ? `${name} is missing: ${issue.message}`
      : `${name}=${isSecret(name) ? '***' : given[name]}: ${issue.message}`
  })
  wrong.push(...alsoWrong(given), ...formerlyNamed(shape, environment))
  if (read.success && wrong.length === 0) return read.data
  throw new SettingsError(wrong)
}

function formerlyNamed(shape: z.ZodRawShape, environment: NodeJS.ProcessEnv): string[] {
  return Object.entries(formerNames).flatMap(([former, names]) => {
    const renamed = names.filter((name) => name in shape)
    if (renamed.length === 0 || (environment[former] ?? '').trim() === '') return []
    return [`${former} is now ${renamed.join(' and ')}`]
  })
}

/** Whether an empty variable turns the setting off, instead of giving it its default. */
export function mayBeOff(schema: z.core.$ZodType | undefined): boolean {
  return schema !== undefined && z.globalRegistry.get(schema)?.emptyIsOff === true
}

/** The base address of an outside service, without a slash at its end. An empty variable turns it off: the setting is ''. */
export function outsideUrl(address: string) {
  return z
    .union([
      z.literal(''),
      z.url({
        protocol: /^https?$/,
        message: 'expected an http:// or https:// address, or nothing to turn it off',
      }),
    ])
    .transform((url) => url.replace(/\/+$/, ''))
    .default(address)
    .meta({ emptyIsOff: true })
}

/** A port; 0 lets the system choose a free one. */
export const port = z
  .string()
  .regex(/^[0-9]+$/, 'expected a port number')
  .transform(Number)
  .refine((value) => value <= 65535, 'expected a port number up to 65535')

/** Comma-separated, blanks ignored. */
export const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

/** Comma-separated channel names, as logins. */
export const logins = list.default([]).transform((names, { addIssue }) =>
  names.flatMap((name) => {
    const login = parseChannelName(name)
    if (login === undefined) addIssue(`${name} is not a channel name`)
    return login ?? []
  }),
)

/** A whole number within bounds, both included. */
export function whole(least: number, most: number) {
  const expected = `expected a whole number from ${least} to ${most}`
  return z
    .string()
    .regex(/^[0-9]+$/, expected)
    .transform(Number)
    .refine((value) => value >= least && value <= most, expected)
}

/** A consumer group's session, ms, within a broker's defaults of `group.min.session.timeout.ms` and `group.max...`. */
export const sessionMs = whole(6000, 1_800_000)

/** The address, or its name, that a service listens on. */
export const host = z
  .string()
  .refine(
    (value) => isIP(value) !== 0 || /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(value),
    'expected an address of this machine like 127.0.0.1, 0.0.0.0 or ::',
  )
  .default('127.0.0.1')
  .describe(
    'Address that the services listen on: an address or a name of this machine, 0.0.0.0 or `::`. The images set 0.0.0.0.',
  )

export const flag = z.enum(['true', 'false'], 'expected true or false').transform((value) => value === 'true')

/** Whether several processes of one service may listen on one port. */
export const sharePorts = flag
  .default(false)
  .describe(
    'true: several processes of the gateway or of web may listen on one port, for a rolling restart on one machine. Linux only.',
  )

export const gatewayPort = port.default(3001).describe('Port of the REST API and of Socket.IO.')

/** The text of a file of certificates, by its path. */
export const certificateFile = z.string().transform((path, { addIssue }) => {
  try {
    const pem = readFileSync(path, 'utf8')
    new X509Certificate(pem)
    return pem
  } catch (error) {
    addIssue(`expected a file of certificates in PEM: ${(error as Error).message}`)
    return z.NEVER
  }
})

export const logLevel = z
  .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
  .default('info')
  .describe('Lowest level that is logged: trace, debug, info, warn, error, fatal or silent.')

/** Which people are bots, beside those that Twitch, BetterTTV, FrankerFaceZ and the built-in list name. */
export const botSettings = {
  BOT_LOGINS: logins.describe('Logins of further bots, comma-separated.'),
  NOT_BOT_LOGINS: logins.describe(
    'Logins of people who are no bots, whatever other sources say, comma-separated.',
  ),
}

/** By which message people opt out: ingest obeys it, and the gateway names it. */
export const optOutSettings = {
  OPT_OUT_COMMAND: z
    .string()
    .regex(/^\S{2,50}$/, 'expected one word of 2 to 50 characters')
    .optional()
    .describe(
      'Word, like `!optout`, by which people opt out: ingest then removes a person who sends it as a whole message. Needs PERSON_HASH_SECRET. Default: none.',
    ),
}
