/** By the paths of the pages that begin with channels: the parameter that names them, and whether it names several. */
const parameters: Readonly<Record<string, readonly [name: string, isList: boolean]>> = {
  '/': ['channels', true],
  '/replay': ['channels', true],
  '/overlay': ['channels', true],
  '/search': ['channel', false],
  '/vote': ['channel', false],
}

interface Place {
  readonly pathname: string
  readonly searchParams: Pick<URLSearchParams, 'get'>
}

/** The channels that a page is about, as its address names them. */
export function channelsOn({ pathname, searchParams }: Place): string[] {
  const [, ofPath] = /^\/channel\/([^/]+)/.exec(pathname) ?? []
  const named = searchParams.get('channels') ?? searchParams.get('channel') ?? ofPath ?? ''
  return named.split(',').filter((channel) => /^@?\w+$/.test(channel))
}

/** The address of a page that begins with the channels, where it is about any. */
export function linkTo(path: string, channels: readonly string[]): string {
  const [name, isList] = parameters[path] ?? []
  if (name === undefined || channels.length === 0) return path
  return `${path}?${name}=${channels.slice(0, isList === true ? undefined : 1).join(',')}`
}
