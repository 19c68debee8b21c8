import { connectAuth } from '@chat-battle/contracts/live/up'
import type { RequestError } from '@chat-battle/contracts/rest/errors'
import { isSupportedVersion, oldestSupportedVersion, protocolVersion } from '@chat-battle/contracts/version'
import { RequestRefused } from '../refusal.ts'

/** What Socket.IO sends to a refused client: the message and `data` of its `connect_error`. */
type ConnectError = Error & { data: RequestError }

/** A middleware of Socket.IO that refuses clients of a protocol version which this build does not serve. */
export function checkProtocol(
  { handshake }: { handshake: { auth: unknown } },
  next: (error?: ConnectError) => void,
): void {
  const auth = connectAuth.safeParse(handshake.auth)
  if (!auth.success) return next(refused('malformed_request', 'auth.protocol is a version number from 1'))
  const { protocol = protocolVersion } = auth.data
  if (isSupportedVersion(protocol)) return next()
  const served =
    oldestSupportedVersion === protocolVersion
      ? `version ${protocolVersion}`
      : `versions ${oldestSupportedVersion} to ${protocolVersion}`
  next(
    refused('unsupported_protocol', `this gateway speaks ${served} of the protocol, not version ${protocol}`),
  )
}

function refused(kind: RequestError['kind'], message: string): ConnectError {
  const refusal = new RequestRefused(kind, message)
  return Object.assign(refusal, { data: refusal.toBody() })
}
