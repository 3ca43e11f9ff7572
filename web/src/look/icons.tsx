// The icons, as one sprite in the page: drawn once, used by name, coloured by the text around them.

const paths = {
  upload: 'M12 16V4m0 0L7 9m5-5 5 5M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3',
  folder: 'M3.5 6.5v12a1 1 0 0 0 1 1h15a1 1 0 0 0 1-1v-10a1 1 0 0 0-1-1H12L9.5 5h-5a1 1 0 0 0-1 1z',
  link: 'M10 14a4.2 4.2 0 0 0 6 0l3-3a4.2 4.2 0 0 0-6-6l-1 1M14 10a4.2 4.2 0 0 0-6 0l-3 3a4.2 4.2 0 0 0 6 6l1-1',
  grip: 'M9 6.5v.1M15 6.5v.1M9 12v.1M15 12v.1M9 17.5v.1M15 17.5v.1',
  up: 'M12 19V5m0 0-6 6m6-6 6 6',
  down: 'M12 5v14m0 0 6-6m-6 6-6-6',
  pause: 'M8.5 5v14M15.5 5v14',
  play: 'M7 4.5v15l12.5-7.5z',
  retry: 'M4 12a8 8 0 1 0 2.6-5.9M4 4v4.5h4.5',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  pencil: 'M4 20l1-4L16 5l3 3L8 19zM14 7l3 3',
  trash: 'M4 7h16M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10 11v5M14 11v5',
  film: 'M4 5h16v14H4zM8 5v14M16 5v14M4 9.7h4M4 14.3h4M16 9.7h4M16 14.3h4',
  warning: 'M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.1',
  share:
    'M18 8.2a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM6 14.7a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM18 21.2a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM8.4 10.7l7.2-3.9M8.4 13.3l7.2 3.9',
  back: 'M14.5 5l-7 7 7 7',
  download: 'M12 4v12m0 0 5-5m-5 5-5-5M4 20h16',
  volume: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11',
  muted: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM16 9.5l5 5M21 9.5l-5 5',
  fullscreen: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  shrink: 'M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5',
  pip: 'M4 5h16v14H4zM12.5 12.5H18v4.5h-5.5z',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20',
  grid: 'M4.5 4.5h6v6h-6zM13.5 4.5h6v6h-6zM4.5 13.5h6v6h-6zM13.5 13.5h6v6h-6z',
  rows: 'M4 6h2M9.5 6H20M4 12h2M9.5 12H20M4 18h2M9.5 18H20',
  theatre: 'M3 7h18v10H3z',
  cast: 'M4 9V5h16v14h-6M4 13a6 6 0 0 1 6 6M4 17a2 2 0 0 1 2 2',
  captions: 'M4 5h16v14H4zM11 10a2.4 2.4 0 1 0 0 4M17.5 10a2.4 2.4 0 1 0 0 4',
  settings:
    'M4 8h9.5M18.5 8H20M4 16h1.5M10.5 16H20M16 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM8 18.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
} as const

/** Shapes that look better filled. */
const solid = new Set<IconName>(['play'])

export type IconName = keyof typeof paths

export function IconSprite() {
  return (
    <svg class="sprite" aria-hidden="true">
      {Object.entries(paths).map(([name, d]) => (
        <symbol key={name} id={`icon-${name}`} viewBox="0 0 24 24">
          <path d={d} />
        </symbol>
      ))}
    </svg>
  )
}

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={solid.has(name) ? 'icon solid' : 'icon'} aria-hidden="true">
      <use href={`#icon-${name}`} />
    </svg>
  )
}

export function Mark() {
  return <img class="mark" src="/mark.svg" alt="" width="28" height="28" />
}
