import type { LayoutServerLoad } from './$types.ts'

export const load: LayoutServerLoad = ({ locals, platform }) => ({
  preferred: locals.preferred,
  simulatedChannels: platform?.req?.simulatedChannels ?? [],
})
