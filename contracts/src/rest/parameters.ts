import { z } from '../zod.ts'
import { channelNamePattern, channelNameRule } from '../channel-name.ts'
import { epochMs } from '../primitives.ts'
import { windowMs } from '../window.ts'

/** How many channels one request may name in `?channels=`. */
export const maxChannelsPerRequest = 8

export const channelName = z
  .string()
  .regex(new RegExp(channelNamePattern), channelNameRule)
  .meta({
    description:
      'A login in any case, or a numeric id. Digits are an id first; a leading @ makes them a login.',
    examples: ['pixelparade'],
  })

/** The body reports an invalid name as the error of its own entry, so any text is accepted here. */
export const channelNames = z
  .array(z.string().regex(/^[^,]+$/))
  .min(1)
  .max(maxChannelsPerRequest)
  .meta({
    description: `1 to ${maxChannelsPerRequest} channel names, separated by commas.`,
    examples: [['pixelparade', '@900']],
  })

export const windowStartParameter = z
  .int()
  .min(0)
  .max(8.64e15)
  .multipleOf(windowMs)
  .optional()
  .describe(`Start of a window, epoch ms, a multiple of ${windowMs}. Default: the current window.`)

/** A range of the archive's messages. */
export const maxMessageRangeMs = 8 * 24 * 60 * 60_000
export const rangeFrom = epochMs.meta({
  description: 'Start of the range, epoch ms.',
  examples: [1_795_600_800_000],
})
export const rangeTo = rangeToWithin('8 days')

/** The end of a range that is bounded. */
export function rangeToWithin(limit: string) {
  return epochMs.meta({
    description: `End of the range, epoch ms, exclusive: at most ${limit} after \`from\`.`,
    examples: [1_795_604_400_000],
  })
}
