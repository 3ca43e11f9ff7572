// Every sentence and label of the portal in English. Functions where a sentence has a hole. The other languages have the same shape.
import type { ErrorCode } from '#domain/error-codes.ts'
import type { ImportReason } from '#domain/import-reasons.ts'

const count = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`)

const percent = (n: number) => `${n}%`

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec']

export const en = {
  /** For what the browser words itself. */
  locale: 'en-GB',
  decimalPoint: '.',
  /** `month`: 0 for January. */
  date: (day: number, month: number, year: number) => `${day} ${months[month]} ${year}`,
  percent,
  direction: 'ltr' as 'ltr' | 'rtl',
  /** What the server's codes mean; it says the same in English itself. */
  errors: {} as Partial<Record<ErrorCode | ImportReason, string>>,
  /** Of them, those the portal says itself. */
  spoken: {
    internal: 'Something went wrong on our side. Try again.',
    'not-found': 'There is nothing at this address.',
    'upload-not-found': 'There is no such unfinished upload.',
    'source-empty': 'The file is empty. Choose another file.',
  } as Partial<Record<ErrorCode, string>> & { internal: string },

  name: 'Millrace',
  skipToContent: 'Skip to content',
  close: 'Close',
  notices: 'Notices',

  library: {
    title: 'Library',
    upload: 'Upload videos',
    fromLink: 'From a link',
    dropHere: 'Drop to upload',
    dropHint:
      'Any video or sound file, up to 60 GB. You can drop several at once, and whole folders.',
    chooseHint: 'Any video or sound file, up to 60 GB. You can choose several at once.',
    emptyTitle: 'Drop a video here',
    emptyTitleByTouch: 'Upload your first video',
    emptyText: 'You can watch it seconds after its last byte has arrived.',
    emptyButton: 'Choose files',
    emptyFacts: [
      'Uploads survive a closed lid, a lost network and a reload.',
      'Watch while the higher qualities are still being made.',
      'Any format a camera or an editor writes.',
    ],
    loading: 'Loading the library',
    loadMore: 'Show more',
    failedTitle: 'The library could not be loaded',
    retry: 'Try again',
    count: (n: number, more: boolean) => (more ? `${n}+ videos` : count(n, 'video', 'videos')),
    found: (n: number, more: boolean) => (more ? `${n}+ found` : `${n} found`),
    hours: (hours: string) => `${hours} h`,
    search: 'Search titles',
    searchKey: 'Press / to search',
    filter: 'Show',
    all: 'All',
    sort: 'Sort by',
    sorts: {
      newest: 'Newest',
      oldest: 'Oldest',
      title: 'Title',
      longest: 'Longest',
      largest: 'Largest',
    },
    states: {
      uploading: 'Unfinished',
      processing: 'In progress',
      ready: 'Ready',
      failed: 'Failed',
    },
    layout: 'View',
    layouts: { grid: 'Grid', list: 'List' },
    nothingTitle: 'Nothing found',
    nothingFor: (search: string) => `No title contains all the words “${search}”.`,
    nothingSo: 'No video is in this state right now.',
    showAll: 'Show all videos',
    select: (title: string) => `Select ${title}`,
    selected: (n: number) => `${n} selected`,
    selectAll: 'Select all',
    clearSelection: 'Clear selection',
    deleteSelected: (n: number) => `Delete ${n}`,
    deleted: (n: number, title: string) => (n === 1 ? `“${title}” deleted` : `${n} videos deleted`),
    undo: 'Undo',
    undone: (n: number) => (n === 1 ? 'The video is back.' : `${n} videos are back.`),
    notDeleted: (title: string, why: string) => `“${title}” is still here. ${why}`,
  },

  upload: {
    title: 'Uploads',
    overall: (n: number, done: number) => `${count(n, 'upload', 'uploads')} · ${percent(done)}`,
    clearFinished: 'Clear finished',
    pause: 'Pause',
    resume: 'Resume',
    retry: 'Try again',
    cancel: 'Cancel',
    dismiss: 'Remove from this list',
    watchNow: 'Watch now',
    watch: 'Watch',
    leftOut: (n: number, kinds: readonly string[], more: boolean) =>
      `${count(n, 'file was', 'files were')} left out${kinds.length > 0 ? ` (${kinds.join(', ')}${more ? ' and others' : ''})` : ''}: neither video nor sound.`,
    nothingFound: 'There is no video or sound file in it.',
    unreadable: (n: number) => `${count(n, 'entry', 'entries')} could not be read.`,
    chooseFolder: 'Choose a folder',
    total: 'All uploads',
    tooLarge: (size: string, most: string) =>
      `The file is ${size}; this installation takes at most ${most}.`,
    sendAnyway: 'Upload anyway',
    doneOf: (done: number, all: number) => `${done} of ${all} uploaded`,
    move: (name: string, place: number, all: number) =>
      `Move ${name}, ${place} of ${all} in the queue`,
    moveHint: 'Drag, or press an arrow key, to change the order',
    moveUp: (name: string) => `Move ${name} up`,
    moveDown: (name: string) => `Move ${name} down`,
    movedTo: (name: string, place: number, all: number) => `${name} is now ${place} of ${all}`,
    stages: {
      waiting: 'Waiting for its turn',
      starting: 'Starting',
      sending: 'Uploading',
      offline: 'No network. The upload goes on by itself as soon as there is one.',
      unreachable:
        'The server cannot be reached. The upload goes on by itself as soon as it answers.',
      'signed-out': 'You are signed out. The upload goes on as soon as you sign in again.',
      completing: 'Putting the file together',
      paused: 'Paused',
      failed: 'Stopped',
      cancelling: 'Cancelling',
      uploaded: 'Uploaded',
    },
    ofTotal: (sent: string, total: string) => `${sent} of ${total}`,
    rate: (bytes: string) => `${bytes}/s`,
    left: (time: string) => `${time} left`,
    cancelTitle: (name: string) => `Cancel the upload of “${name}”?`,
    cancelText: 'What has been sent so far is discarded.',
    cancelConfirm: 'Cancel upload',
    cancelKeep: 'Keep uploading',
  },

  unfinished: {
    title: (n: number) => `${count(n, 'upload is', 'uploads are')} unfinished`,
    text: 'Choose the same file again: only what is missing will be sent.',
    choose: 'Choose the file',
    goOn: 'Continue',
    discard: 'Discard',
    sent: (done: number, size: string) => `${percent(done)} of ${size} sent`,
    fileGone: (name: string) =>
      `“${name}” is no longer where it was, or has changed. Choose it yourself.`,
    otherFile: (name: string) =>
      `That is another file, or “${name}” has changed since. It is uploaded as a new video.`,
  },

  video: {
    states: {
      uploading: 'Uploading',
      queued: 'In the queue',
      processing: 'Processing',
      ready: 'Ready',
      failed: 'Failed',
      deleting: 'Being deleted',
    },
    processingAt: (done: number) => `Processing ${percent(done)}`,
    preparing: 'Getting ready',
    waiting: 'Waiting for a worker',
    preparingRung: (label: string, n: number, of: number) =>
      of > 1 ? `Preparing ${label} · ${n} of ${of}` : `Preparing ${label}`,
    encodeLeft: (done: number, time: string | null) =>
      time ? `${percent(done)} · ${time} left` : percent(done),
    rename: 'Rename',
    renameOf: (title: string) => `Rename ${title}`,
    renameLabel: 'Title',
    save: 'Save',
    cancel: 'Cancel',
    delete: 'Delete',
    deleteOf: (title: string) => `Delete ${title}`,
    deleteTitle: (title: string) => `Delete “${title}”?`,
    deleteText:
      'The video and everything made of it go for good. Links to it stop working at once.',
    watchNowOf: (title: string) => `Watch now: ${title}`,
    watchOf: (title: string) => `Watch ${title}`,
    fetching: (done: string, all: string | null) => `Fetching ${all ? `${done} of ${all}` : done}`,
    sentElsewhere: 'Unfinished upload',
    soundOnly: 'Sound only',
  },

  watch: {
    loading: 'Loading the video',
    notPlayable: {
      uploading: 'This video is still being uploaded. It starts here as soon as it has arrived.',
      queued: 'The upload is complete. The first seconds are being made.',
      processing: 'The first seconds are being made.',
      deleting: 'This video is being deleted.',
    },
    missingTitle: 'There is no such video',
    missingText: 'It may have been deleted, or the link is incomplete.',
    failedTitle: 'This video could not be processed',
    playbackTitle: 'The video cannot be played right now',
    mediaFailed: 'The player lost the stream and could not get it back.',
    unsupported: 'This browser can play neither HLS nor MP4 video.',
    tryAgain: 'Try again',
    download: 'Download MP4',
    downloadLater: 'The download is still being prepared',
    qualities: 'Qualities',
    rungReady: (label: string) => `${label} ready`,
    rungGrowing: (label: string, done: number) => `${label} being made, ${percent(done)}`,
    rungWaiting: (label: string) => `${label} to come`,
    uploadedOn: (date: string) => `Uploaded ${date}`,
  },

  player: {
    region: 'Video player',
    play: 'Play',
    pause: 'Pause',
    replay: 'Play again',
    mute: 'Mute',
    unmute: 'Unmute',
    volume: 'Volume',
    seek: 'Seek',
    position: (now: string, total: string) => `${now} of ${total}`,
    fullscreen: 'Full screen',
    exitFullscreen: 'Leave full screen',
    pictureInPicture: 'Picture-in-picture',
    quality: 'Quality',
    auto: 'Auto',
    autoAt: (label: string) => `Auto (${label})`,
    speed: 'Speed',
    speedOf: (rate: number) => (rate === 1 ? 'Normal' : `${rate}×`),
    settings: 'Settings',
    tapForSound: 'Tap for sound',
    atFrontier: 'The next seconds are being made.',
    waitingForPart: (time: string) =>
      `${time} is still being made. It plays as soon as it is there.`,
    goBack: 'Back to where I was',
    resumedAt: (time: string) => `Resumed at ${time}`,
    startOver: 'Start over',
    troubled: 'The connection is lost. The player keeps trying.',
    arriving: (label: string) => `${label} is on its way.`,
    overtaxed: (label: string) => `The connection is too slow for ${label}: it pauses to load.`,
    saver: 'Data saver',
    captions: 'Captions',
    captionsOff: 'Off',
    sound: 'Sound',
    theatre: 'Theatre mode',
    leaveTheatre: 'Leave theatre mode',
    airPlay: 'Play with AirPlay',
    cast: 'Play on another screen',
    seekedBy: (seconds: number) => (seconds < 0 ? `${-seconds} s back` : `${seconds} s forward`),
    noCaptions: 'This video has no captions',
    keys: {
      /** As they stand on a keyboard. */
      space: 'Space',
      home: 'Home',
      end: 'End',
      title: 'Keyboard shortcuts',
      show: 'Keyboard shortcuts',
      close: 'Close',
      toggle: 'Play or pause',
      seek10: '10 seconds back or forward',
      seek5: '5 seconds back or forward',
      seekTo: 'To 0, 10, … 90% of the video',
      ends: 'To the beginning or the end',
      frame: 'One frame back or forward, paused',
      speed: 'Slower or faster',
      volume: 'Louder or quieter',
      mute: 'Sound on or off',
      captions: 'Captions on or off',
      fullscreen: 'Full screen',
      theatre: 'Theatre mode',
      pictureInPicture: 'Picture-in-picture',
    },
  },

  progress: {
    uploadedAnnounce: (name: string) => `${name} is uploaded`,
    readyAnnounce: (name: string) => `${name} is ready`,
    failedAnnounce: (name: string, why: string) => `${name}: ${why}`,
    at: (name: string, done: number) => `${name}: ${percent(done)}`,
    tab: (done: number, title: string) => `${percent(done)} · ${title}`,
  },

  offline:
    'No network. Uploads wait and go on by themselves; videos play as far as they are loaded.',

  session: {
    signIn: 'Sign in',
    signOut: 'Sign out',
    account: 'Your account',
    admin: 'Administration',
    ended: 'Your session has ended.',
  },

  preferences: {
    title: 'Appearance and language',
    theme: 'Appearance',
    themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
    language: 'Language',
    /** Each in its own words. */
    languages: { en: 'English', de: 'Deutsch' },
  },

  embed: {
    playOf: (title: string) => `Play: ${title}`,
  },

  share: {
    /** Who may see a video. */
    visibilities: { private: 'Private', unlisted: 'Unlisted', public: 'Public' },
    open: 'Share',
    title: 'Share this video',
    link: 'Link to the page',
    startAt: (time: string) => `Start at ${time}`,
    copyLink: 'Copy link',
    embed: 'Embed in a page',
    copyEmbed: 'Copy code',
    linkCopied: 'The link is copied.',
    embedCopied: 'The code is copied.',
    notCopied: 'The browser does not let the page copy. Select the text and copy it yourself.',
    close: 'Close',
  },

  broken: {
    title: (part: string) => `${part} has stopped`,
    text: (error: string) => `An error in this part of the page: ${error}. The rest goes on.`,
    retry: 'Try again',
    reload: 'Reload the page',
    parts: {
      page: 'This page',
      uploads: 'The list of uploads',
      library: 'The library',
      player: 'The player',
    },
  },

  notFound: {
    title: 'There is nothing at this address',
    text: 'The link may be old or incomplete.',
    home: 'To the library',
  },

  problems: {
    network: 'The server could not be reached. Check the network and try again.',
    'file-changed':
      'The file has changed on your disk since it was chosen, or may not be read. Choose it again.',
    'file-gone': 'The file is no longer where it was. Put it back, or choose it again.',
    'store-full': 'The store of this installation is full. Make room there, then try again.',
    'store-refused': 'The store refused a part of the file several times. Try again in a moment.',
    'in-other-tab': 'This file is being uploaded in another tab of this browser.',
    uploadGone:
      'The server no longer has what was sent so far. Try again to upload it from the start.',
    unavailable: 'The server is not available at the moment. Try again shortly.',
    refused: (status: number) => `The server refused the request (${status}).`,
  },

  time: {
    seconds: (n: number) => `${n} s`,
    minutes: (n: number) => `${n} min`,
    hours: (h: number, m: number) => (m === 0 ? `${h} h` : `${h} h ${m} min`),
  },
}

export type Strings = typeof en
