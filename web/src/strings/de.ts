// Every sentence and label of the portal in German.
import type { Strings } from './en.ts'

const count = (n: number, one: string, many: string) => (n === 1 ? `1 ${one}` : `${n} ${many}`)

/** A space that no line breaks at (DIN 5008). */
const percent = (n: number) => `${n}\u00a0%`

const twoDigits = (n: number) => String(n).padStart(2, '0')

export const de: Strings = {
  locale: 'de-DE',
  decimalPoint: ',',
  date: (day, month, year) => `${twoDigits(day)}.${twoDigits(month + 1)}.${year}`,
  percent,
  direction: 'ltr',
  errors: {
    'bad-request': 'Diese Adresse erwartet eine andere Anfrage.',
    'not-found': 'Unter dieser Adresse gibt es nichts.',
    'video-not-found': 'Dieses Video gibt es nicht.',
    'upload-not-found': 'Diesen unfertigen Upload gibt es nicht.',
    'upload-incomplete': 'Einige Teile der Datei sind noch nicht angekommen.',
    'part-wrong-size': 'Ein Teil der Datei hat eine andere Größe als geplant.',
    'state-conflict': 'Das Video ist in einem Zustand, der das nicht erlaubt.',
    'list-too-long':
      'Es sind zu viele Videos, um sie so zu ordnen. Ordne sie nach Datum, und suche darin.',
    'not-playable': 'Das Video kann noch nicht abgespielt werden.',
    'source-empty': 'Die Datei ist leer. Wähle eine andere.',
    'source-too-large': 'Die Datei ist größer, als diese Installation erlaubt.',
    'source-not-media': 'Die Datei ist kein Video, das diese Installation lesen kann.',
    'source-is-playlist':
      'Die Datei ist eine Playlist oder ein Skript, kein Video. Lade das Video selbst hoch.',
    'source-unreadable':
      'Die Datei ist beschädigt: Ihr Video konnte nicht gelesen werden. Exportiere oder kopiere sie neu.',
    'source-truncated':
      'Die Datei ist unvollständig: Sie endet vor ihrem Video. Exportiere oder kopiere sie neu.',
    'source-changed':
      'Die Datei hat sich während der Verarbeitung geändert. Lade sie noch einmal hoch.',
    'source-gone':
      'Die hochgeladene Datei ist nicht mehr da, das Video kann nicht neu daraus entstehen.',
    'no-video': 'Die Datei hat weder Bild noch Ton. Lade ein Video oder eine Tonaufnahme hoch.',
    'unsupported-codec': 'Die Datei hat ein Format, das diese Installation nicht lesen kann.',
    'unsupported-source':
      'Das Video hat eine Form, die noch nicht richtig verarbeitet werden kann.',
    'too-long': 'Das Video ist länger, als diese Installation erlaubt.',
    'picture-too-large': 'Das Bild hat mehr Pixel, als diese Installation erlaubt.',
    'rate-too-high': 'Das Video hat mehr Bilder pro Sekunde, als diese Installation erlaubt.',
    'too-many-streams': 'Die Datei hat mehr Spuren, als erlaubt sind.',
    'probe-timeout': 'Das Lesen der Datei hat zu lange gedauert.',
    'encode-failed': 'Ein Teil des Videos konnte nicht kodiert werden.',
    'check-failed': 'Ein Teil des kodierten Videos hat die Prüfung nicht bestanden.',
    'output-faulty': 'Das fertige Video hat die letzte Prüfung nicht bestanden.',
    'conversion-failed':
      'Der Videodienst konnte die Datei nicht umwandeln. Exportiere sie als MP4 und lade sie noch einmal hoch.',
    'processing-failed':
      'Das Video konnte nicht verarbeitet werden. Versuche, es noch einmal hochzuladen.',
    internal: 'Bei uns ist etwas schiefgegangen. Versuche es noch einmal.',
  },

  name: 'Millrace',
  skipToContent: 'Zum Inhalt springen',
  close: 'Schließen',
  notices: 'Hinweise',

  library: {
    title: 'Mediathek',
    upload: 'Videos hochladen',
    dropHere: 'Zum Hochladen loslassen',
    dropHint: 'Jede Video- oder Tondatei bis 60 GB. Auch mehrere auf einmal und ganze Ordner.',
    chooseHint: 'Jede Video- oder Tondatei bis 60 GB. Auch mehrere auf einmal.',
    emptyTitle: 'Zieh ein Video hierher',
    emptyTitleByTouch: 'Lade dein erstes Video hoch',
    emptyText: 'Schon wenige Sekunden nach dem letzten Byte kannst du es ansehen.',
    emptyButton: 'Dateien wählen',
    emptyFacts: [
      'Uploads überstehen einen zugeklappten Laptop, ein verlorenes Netz und ein Neuladen.',
      'Ansehen, während die höheren Qualitäten noch entstehen.',
      'Jedes Format, das eine Kamera oder ein Schnittprogramm schreibt.',
    ],
    loading: 'Mediathek wird geladen',
    loadMore: 'Mehr zeigen',
    failedTitle: 'Die Mediathek konnte nicht geladen werden',
    retry: 'Noch einmal versuchen',
    count: (n, more) => (more ? `${n}+ Videos` : count(n, 'Video', 'Videos')),
    found: (n, more) => (more ? `${n}+ gefunden` : `${n} gefunden`),
    hours: hours => `${hours} h`,
    search: 'Titel durchsuchen',
    searchKey: 'Mit / suchen',
    filter: 'Zeigen',
    all: 'Alle',
    sort: 'Ordnen nach',
    sorts: {
      newest: 'Neueste',
      oldest: 'Älteste',
      title: 'Titel',
      longest: 'Längste',
      largest: 'Größte',
    },
    states: {
      uploading: 'Unfertig',
      processing: 'In Arbeit',
      ready: 'Fertig',
      failed: 'Fehlgeschlagen',
    },
    layout: 'Ansicht',
    layouts: { grid: 'Kacheln', list: 'Liste' },
    nothingTitle: 'Nichts gefunden',
    nothingFor: search => `Kein Titel enthält alle Wörter von „${search}“.`,
    nothingSo: 'Zurzeit ist kein Video in diesem Zustand.',
    showAll: 'Alle Videos zeigen',
    select: title => `${title} auswählen`,
    selected: n => `${n} ausgewählt`,
    selectAll: 'Alle auswählen',
    clearSelection: 'Auswahl aufheben',
    deleteSelected: n => `${n} löschen`,
    deleted: (n, title) => (n === 1 ? `„${title}“ gelöscht` : `${n} Videos gelöscht`),
    undo: 'Rückgängig',
    undone: n => (n === 1 ? 'Das Video ist wieder da.' : `${n} Videos sind wieder da.`),
    notDeleted: (title, why) => `„${title}“ ist noch da. ${why}`,
  },

  upload: {
    title: 'Uploads',
    overall: (n, done) => `${count(n, 'Upload', 'Uploads')} · ${percent(done)}`,
    clearFinished: 'Fertige entfernen',
    pause: 'Anhalten',
    resume: 'Fortsetzen',
    retry: 'Noch einmal versuchen',
    cancel: 'Abbrechen',
    dismiss: 'Aus dieser Liste entfernen',
    watchNow: 'Jetzt ansehen',
    watch: 'Ansehen',
    leftOut: (n, kinds, more) =>
      `${n === 1 ? '1 Datei wurde' : `${n} Dateien wurden`} ausgelassen${kinds.length > 0 ? ` (${kinds.join(', ')}${more ? ' und andere' : ''})` : ''}: weder Video noch Ton.`,
    nothingFound: 'Darin ist keine Video- oder Tondatei.',
    unreadable: n =>
      n === 1 ? '1 Eintrag war nicht lesbar.' : `${n} Einträge waren nicht lesbar.`,
    chooseFolder: 'Ordner wählen',
    total: 'Alle Uploads',
    tooLarge: (size, most) =>
      `Die Datei ist ${size} groß; diese Installation nimmt höchstens ${most} an.`,
    sendAnyway: 'Trotzdem hochladen',
    doneOf: (done, all) => `${done} von ${all} hochgeladen`,
    move: (name, place, all) => `${name} verschieben, ${place} von ${all} in der Reihe`,
    moveHint: 'Ziehen oder Pfeiltasten ändern die Reihenfolge',
    moveUp: name => `${name} nach oben`,
    moveDown: name => `${name} nach unten`,
    movedTo: (name, place, all) => `${name} ist jetzt ${place} von ${all}`,
    stages: {
      waiting: 'Wartet, bis es an der Reihe ist',
      starting: 'Beginnt',
      sending: 'Wird hochgeladen',
      offline: 'Kein Netz. Der Upload geht von selbst weiter, sobald es wieder da ist.',
      unreachable:
        'Der Server ist nicht erreichbar. Der Upload geht von selbst weiter, sobald er antwortet.',
      completing: 'Datei wird zusammengesetzt',
      paused: 'Angehalten',
      failed: 'Abgebrochen',
      cancelling: 'Wird abgebrochen',
      uploaded: 'Hochgeladen',
    },
    ofTotal: (sent, total) => `${sent} von ${total}`,
    rate: bytes => `${bytes}/s`,
    left: time => `noch ${time}`,
    cancelTitle: name => `Upload von „${name}“ abbrechen?`,
    cancelText: 'Was schon gesendet ist, wird verworfen.',
    cancelConfirm: 'Upload abbrechen',
    cancelKeep: 'Weiter hochladen',
  },

  unfinished: {
    title: n => (n === 1 ? '1 Upload ist unfertig' : `${n} Uploads sind unfertig`),
    text: 'Wähle dieselbe Datei noch einmal: Nur was fehlt, wird gesendet.',
    choose: 'Datei wählen',
    goOn: 'Weiter',
    discard: 'Verwerfen',
    sent: (done, size) => `${percent(done)} von ${size} gesendet`,
    fileGone: name =>
      `„${name}“ liegt nicht mehr am selben Ort oder hat sich geändert. Wähle die Datei selbst aus.`,
    otherFile: name =>
      `Das ist eine andere Datei, oder „${name}“ hat sich geändert. Sie wird als neues Video hochgeladen.`,
  },

  video: {
    states: {
      uploading: 'Wird hochgeladen',
      queued: 'In der Warteschlange',
      processing: 'In Arbeit',
      ready: 'Fertig',
      failed: 'Fehlgeschlagen',
      deleting: 'Wird gelöscht',
    },
    processingAt: done => `In Arbeit: ${percent(done)}`,
    preparing: 'Wird vorbereitet',
    waiting: 'Wartet auf einen freien Platz',
    preparingRung: (label, n, of) =>
      of > 1 ? `${label} entsteht · ${n} von ${of}` : `${label} entsteht`,
    encodeLeft: (done, time) => (time ? `${percent(done)} · noch ${time}` : percent(done)),
    rename: 'Umbenennen',
    renameOf: title => `${title} umbenennen`,
    renameLabel: 'Titel',
    save: 'Speichern',
    cancel: 'Abbrechen',
    delete: 'Löschen',
    deleteOf: title => `${title} löschen`,
    deleteTitle: title => `„${title}“ löschen?`,
    deleteText:
      'Das Video und alles, was daraus entstanden ist, verschwindet für immer. Links darauf funktionieren ab sofort nicht mehr.',
    watchNowOf: title => `Jetzt ansehen: ${title}`,
    watchOf: title => `${title} ansehen`,
    sentElsewhere: 'Unfertiger Upload',
    soundOnly: 'Nur Ton',
  },

  watch: {
    loading: 'Video wird geladen',
    notPlayable: {
      uploading: 'Dieses Video wird noch hochgeladen. Es beginnt hier, sobald es angekommen ist.',
      queued: 'Der Upload ist fertig. Die ersten Sekunden entstehen gerade.',
      processing: 'Die ersten Sekunden entstehen gerade.',
      deleting: 'Dieses Video wird gelöscht.',
    },
    missingTitle: 'Dieses Video gibt es nicht',
    missingText: 'Vielleicht wurde es gelöscht, oder der Link ist nicht vollständig.',
    failedTitle: 'Aus dieser Datei wurde kein Video',
    playbackTitle: 'Das Video kann gerade nicht abgespielt werden',
    mediaFailed: 'Der Player hat die Verbindung verloren und nicht wiedergefunden.',
    unsupported: 'Dieser Browser kann weder HLS noch MP4 abspielen.',
    tryAgain: 'Noch einmal versuchen',
    download: 'MP4 laden',
    downloadLater: 'Die Datei zum Herunterladen entsteht noch',
    qualities: 'Qualitäten',
    rungReady: label => `${label} fertig`,
    rungGrowing: (label, done) => `${label} entsteht, ${percent(done)}`,
    rungWaiting: label => `${label} folgt`,
    uploadedOn: date => `Hochgeladen am ${date}`,
  },

  player: {
    region: 'Videoplayer',
    play: 'Abspielen',
    pause: 'Pause',
    replay: 'Noch einmal abspielen',
    mute: 'Ton aus',
    unmute: 'Ton an',
    volume: 'Lautstärke',
    seek: 'Stelle im Video',
    position: (now, total) => `${now} von ${total}`,
    fullscreen: 'Vollbild',
    exitFullscreen: 'Vollbild verlassen',
    pictureInPicture: 'Bild im Bild',
    quality: 'Qualität',
    auto: 'Automatisch',
    autoAt: label => `Automatisch (${label})`,
    speed: 'Geschwindigkeit',
    speedOf: rate => (rate === 1 ? 'Normal' : `${String(rate).replace('.', ',')}×`),
    settings: 'Einstellungen',
    tapForSound: 'Tippen für Ton',
    atFrontier: 'Die nächsten Sekunden entstehen gerade.',
    waitingForPart: time => `${time} entsteht noch. Es wird abgespielt, sobald es da ist.`,
    goBack: 'Zurück zu meiner Stelle',
    resumedAt: time => `Weiter bei ${time}`,
    startOver: 'Von vorn',
    troubled: 'Die Verbindung ist abgerissen. Der Player versucht es weiter.',
    arriving: label => `${label} ist unterwegs.`,
    overtaxed: label => `Die Verbindung ist zu langsam für ${label}: Zum Laden hält das Bild an.`,
    saver: 'Daten sparen',
    captions: 'Untertitel',
    captionsOff: 'Aus',
    sound: 'Ton',
    theatre: 'Breitbild',
    leaveTheatre: 'Breitbild verlassen',
    airPlay: 'Mit AirPlay abspielen',
    cast: 'Auf einem anderen Bildschirm abspielen',
    seekedBy: seconds => (seconds < 0 ? `${-seconds} s zurück` : `${seconds} s vor`),
    noCaptions: 'Dieses Video hat keine Untertitel',
    keys: {
      space: 'Leertaste',
      home: 'Pos1',
      end: 'Ende',
      title: 'Tastenkürzel',
      show: 'Tastenkürzel',
      close: 'Schließen',
      toggle: 'Abspielen oder Pause',
      seek10: '10 Sekunden zurück oder vor',
      seek5: '5 Sekunden zurück oder vor',
      seekTo: 'Zu 0, 10, … 90\u00a0% des Videos',
      ends: 'Zum Anfang oder zum Ende',
      frame: 'Ein Bild zurück oder vor, in Pause',
      speed: 'Langsamer oder schneller',
      volume: 'Lauter oder leiser',
      mute: 'Ton an oder aus',
      captions: 'Untertitel an oder aus',
      fullscreen: 'Vollbild',
      theatre: 'Breitbild',
      pictureInPicture: 'Bild im Bild',
    },
  },

  progress: {
    uploadedAnnounce: name => `${name} ist hochgeladen`,
    readyAnnounce: name => `${name} ist fertig`,
    failedAnnounce: (name, why) => `${name}: ${why}`,
    at: (name, done) => `${name}: ${percent(done)}`,
    tab: (done, title) => `${percent(done)} · ${title}`,
  },

  offline:
    'Kein Netz. Uploads warten und gehen von selbst weiter; Videos laufen, so weit sie geladen sind.',

  preferences: {
    title: 'Aussehen und Sprache',
    theme: 'Aussehen',
    themes: { system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
    language: 'Sprache',
    languages: { en: 'English', de: 'Deutsch' },
  },

  embed: {
    playOf: title => `Abspielen: ${title}`,
  },

  share: {
    open: 'Teilen',
    title: 'Dieses Video teilen',
    link: 'Link zur Seite',
    startAt: time => `Ab ${time}`,
    copyLink: 'Link kopieren',
    embed: 'In eine Seite einbetten',
    copyEmbed: 'Code kopieren',
    linkCopied: 'Der Link ist kopiert.',
    embedCopied: 'Der Code ist kopiert.',
    notCopied:
      'Der Browser lässt die Seite nicht kopieren. Bitte den Text selbst markieren und kopieren.',
    close: 'Schließen',
  },

  broken: {
    title: part => `${part} reagiert nicht mehr`,
    text: error => `Ein Fehler in diesem Teil der Seite: ${error}. Alles andere läuft weiter.`,
    retry: 'Noch einmal versuchen',
    reload: 'Seite neu laden',
    parts: {
      page: 'Diese Seite',
      uploads: 'Die Liste der Uploads',
      library: 'Die Mediathek',
      player: 'Der Player',
    },
  },

  notFound: {
    title: 'Unter dieser Adresse gibt es nichts',
    text: 'Der Link ist vielleicht alt oder nicht vollständig.',
    home: 'Zur Mediathek',
  },

  problems: {
    network: 'Der Server ist nicht erreichbar. Prüfe das Netz und versuche es noch einmal.',
    'file-changed':
      'Die Datei hat sich auf dem Datenträger geändert oder kann nicht mehr gelesen werden. Wähle sie noch einmal.',
    'file-gone':
      'Die Datei liegt nicht mehr, wo sie war. Leg sie zurück oder wähle sie noch einmal.',
    'store-full':
      'Der Speicher dieser Installation ist voll. Schaffe dort Platz und versuche es noch einmal.',
    'store-refused':
      'Der Speicher hat einen Teil der Datei mehrmals abgelehnt. Versuche es gleich noch einmal.',
    'in-other-tab': 'Diese Datei wird in einem anderen Tab dieses Browsers hochgeladen.',
    uploadGone:
      'Der Server hat nicht mehr, was schon gesendet war. Versuche es noch einmal von Anfang an.',
    unavailable: 'Der Server ist gerade nicht erreichbar. Versuche es gleich noch einmal.',
    refused: status => `Der Server hat die Anfrage abgelehnt (${status}).`,
  },

  time: {
    seconds: n => `${n} s`,
    minutes: n => `${n} min`,
    hours: (h, m) => (m === 0 ? `${h} h` : `${h} h ${m} min`),
  },
}
