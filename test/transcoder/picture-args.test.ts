// Storyboards of every length: tiles cover the video once, on few sheets, and each cue points at its own tile.
import { describe, expect, it } from 'vitest'
import type { Plan } from '#domain/plan.ts'
import {
  planStoryboard,
  posterArgs,
  storyboardArgs,
  storyboardVtt,
} from '../../transcoder/picture-args.ts'
import { smallPlan } from '../support/small-plan.ts'

function planOf(seconds: number, width = 1920, height = 1080): Plan {
  const plan = smallPlan()
  const timeline = { ...plan.video.timeline, frames: Math.max(1, Math.round(seconds * 24)) }
  return { ...plan, video: { ...plan.video, width, height, timeline } }
}

describe('tiles', () => {
  it.each([
    [0.04, 2, [1]],
    [7, 2, [4]],
    [299, 2, [100, 50]],
    [300, 2, [100, 50]],
    [301, 5, [61]],
    [1800, 5, [100, 100, 100, 60]],
    [3600, 10, [100, 100, 100, 60]],
    [6000, 10, [100, 100, 100, 100, 100, 100]],
    [8 * 3600, 48, [100, 100, 100, 100, 100, 100]],
  ])('of %d s lie %d s apart', (seconds, interval, sheets) => {
    const board = planStoryboard(planOf(seconds))
    expect(board.intervalSeconds).toBe(interval)
    expect(board.sheets).toEqual(sheets)
    const tiles = board.sheets.reduce((sum, count) => sum + count, 0)
    expect(tiles * interval).toBeGreaterThanOrEqual(board.durationSeconds)
    expect(board.columns * board.rows).toBeGreaterThanOrEqual(board.sheets[0] ?? 0)
  })

  it.each([
    ['wide', 1920, 1080, 160, 90],
    ['square', 1000, 1000, 160, 160],
    ['upright', 1080, 1920, 160, 284],
    ['a tower', 200, 2000, 28, 284],
    ['a strip', 4000, 20, 160, 2],
  ])('%s keep their shape', (_, width, height, tileWidth, tileHeight) => {
    expect(planStoryboard(planOf(10, width, height))).toMatchObject({ tileWidth, tileHeight })
  })
})

describe('cues', () => {
  it('name sheet and place of each tile, up to the end', () => {
    const board = planStoryboard(planOf(205))
    const cues = storyboardVtt(board).trimEnd().split('\n\n')
    expect(cues[0]).toBe('WEBVTT')
    expect(cues).toHaveLength(104)
    expect(cues[1]).toBe('00:00:00.000 --> 00:00:02.000\nstoryboard-0.jpg#xywh=0,0,160,90')
    expect(cues[12]).toBe('00:00:22.000 --> 00:00:24.000\nstoryboard-0.jpg#xywh=160,90,160,90')
    expect(cues[101]).toBe('00:03:20.000 --> 00:03:22.000\nstoryboard-1.jpg#xywh=0,0,160,90')
    expect(cues[103]).toBe('00:03:24.000 --> 00:03:25.000\nstoryboard-1.jpg#xywh=320,0,160,90')
  })

  it('leave out sheets that were not made', () => {
    const board = planStoryboard(planOf(205))
    expect(storyboardVtt(board, 1)).not.toContain('storyboard-1.jpg')
    expect(storyboardVtt(board, 0)).toBe('WEBVTT\n')
  })

  it('count hours', () => {
    expect(storyboardVtt(planStoryboard(planOf(6000)))).toContain('01:39:50.000 --> 01:40:00.000')
  })
})

describe('arguments', () => {
  const input = 'http://127.0.0.1:4000/source'

  it('decode keyframes only', () => {
    const plan = planOf(60)
    const first = posterArgs({ plan, input, seek: 'first' })
    const minute = posterArgs({ plan, input, seek: 'minute' })
    const sheets = storyboardArgs({
      ...{ plan, input, board: planStoryboard(plan) },
      decoded: 'keyframes',
    })
    for (const args of [first, minute, sheets]) {
      expect(args.indexOf('-skip_frame')).toBeLessThan(args.indexOf('-i'))
      expect(args).toContain('-discard')
    }
    expect(sheets.at(-1)).toBe('storyboard-%d.jpg')
    expect(minute.at(-1)).toBe('poster-%d.rgb')
  })

  it('tone-map, but do not deinterlace: there are no fields between keyframes', () => {
    const plan = planOf(60)
    plan.video.filters = ['bwdif=mode=send_frame', 'tonemap=hable']
    const graph = posterArgs({ plan, input, seek: 'first' }).join(' ')
    expect(graph).toContain('tonemap=hable')
    expect(graph).not.toContain('bwdif')
  })
})
