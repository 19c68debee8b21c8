export interface PictureColors {
  ground: string
  edge: string
  text: string
  muted: string
  /** By place. */
  channels: string[]
}

/** The page's dark colours. `tokens`: the text of tokens.css, which begins with them. */
export function pictureColors(tokens: string): PictureColors {
  const color = (name: string) => {
    const [, found] = new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(tokens) ?? []
    if (found === undefined) throw new Error(`tokens.css has no colour --${name}`)
    return found
  }
  return {
    ground: color('ground'),
    edge: color('panel-edge'),
    text: color('text'),
    muted: color('muted'),
    channels: ['c0', 'c1', 'c2', 'c3'].map(color),
  }
}
