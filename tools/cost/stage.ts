// What a stage is made of, as far as it costs: the prod stage of infra/config.ts and the sizes of its constructs. Plain values;
// a test holds them against the stacks' own.

export const stage = {
  /** vCPU of one transcoder, and its slots. */
  transcoderCpus: 4,
  transcoderGigabytes: 8,
  maxTranscoders: 10,
  /** Scratch space of a transcoder; 20 GB of it cost nothing. */
  scratchGigabytes: 40,
  freeScratchGigabytes: 20,
  fastLaneMegabytes: 3008,
  /** Scratch space of the fast lane; 0.5 GB of it cost nothing. */
  fastLaneScratchGigabytes: 2,
  freeFastLaneScratchGigabytes: 0.5,
  roomMegabytes: 512,
} as const

/** Lambda: «at 1,769 MB, a function has the equivalent of one vCPU». */
export const megabytesAVcpu = 1769
