// Which engine a worker plans for: said in its environment, refused in one sentence where it can't be.
import { describe, expect, it } from 'vitest'
import { createPorts } from '../../transcoder/compose.ts'

const env = {
  VIDEOS_TABLE: 'videos',
  SOURCE_BUCKET: 'sources',
  MEDIA_BUCKET: 'media',
  FAST_QUEUE_URL: 'http://127.0.0.1/fast',
  BULK_QUEUE_URL: 'http://127.0.0.1/bulk',
}
const role = { MEDIACONVERT_ROLE_ARN: 'arn:aws:iam::111122223333:role/Convert' }
const enginesOf = (more: Record<string, string>) => {
  const { engine, conversions } = createPorts({ ...env, ...more })
  return [engine, conversions !== null]
}
const wrong = (message: string) => expect.objectContaining({ code: 'configuration-wrong', message })

describe('a worker', () => {
  it('plans for FFmpeg, unless it is told otherwise', () => {
    expect(enginesOf({})).toEqual(['ffmpeg', false])
    expect(enginesOf({ ENGINE: 'mediaconvert', ...role })).toEqual(['mediaconvert', true])
  })

  it('with a role looks after jobs of the other engine, too', () => {
    expect(enginesOf({ ENGINE: 'ffmpeg', ...role })).toEqual(['ffmpeg', true])
  })

  it('is not started with an engine that is not there', () => {
    expect(() => enginesOf({ ENGINE: 'mediaconvert' })).toThrow(
      wrong('Set MEDIACONVERT_ROLE_ARN in the environment of this process.'),
    )
    expect(() => enginesOf({ ENGINE: 'handbrake', ...role })).toThrow(
      wrong('Set ENGINE to one of ffmpeg, mediaconvert, or leave it out.'),
    )
  })
})
