import type { PageLoad } from './$types.ts'

/** The part of the page that shows a range of time, where the first one has one: it is rendered on the server, too. */
export const load: PageLoad = async ({ data }) => {
  if (!data.hasRange) return { ...data, HistoryPane: undefined }
  const { default: HistoryPane } = await import('../../lib/history/HistoryPane.svelte')
  return { ...data, HistoryPane }
}
