import type { Component } from 'svelte'
import type { FigureGroup, FigurePlace, FigureProps } from './figure.ts'

interface FigureModule {
  default: Component<FigureProps>
  place: FigurePlace
}

const figures = Object.values(import.meta.glob<FigureModule>('./*.svelte', { eager: true })).sort(
  (a, b) => a.place.order - b.place.order,
)

/** The components of a group, in their order. Each component in this folder is a figure of the card. */
export function figuresOf(group: FigureGroup): Component<FigureProps>[] {
  return figures.filter(({ place }) => place.group === group).map((figure) => figure.default)
}
