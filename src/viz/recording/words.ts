import type {Language} from '../../lab/language.ts';
import type {OpenedRecording, RecordingAbout} from './protocol.ts';

type Problem = Extract<OpenedRecording, {ok: false}>['problem'];
type Shortfall = NonNullable<RecordingAbout['shortfall']>;

/** The words of what is loaded only when somebody opens a recording. */
export interface RecordingWords {
  readonly title: string;
  readonly duration: (duration: string) => string;
  readonly begun: (when: string) => string;
  readonly recorded: string;
  readonly fromOutside: string;
  readonly nobody: string;
  readonly whatIsKnown: string;
  readonly known: readonly string[];
  readonly shortfall: (what: Shortfall, until: string) => string;
  readonly reading: (file: string, percent: number) => string;
  readonly problem: (file: string, problem: Problem) => string;
  readonly unreadable: (file: string, why: string) => string;
}

const en: RecordingWords = {
  title: 'A recording of a real run',
  duration: (duration) => `${duration} long`,
  begun: (when) => `begun ${when}`,
  recorded: 'Recorded from within',
  fromOutside: 'Seen from outside',
  nobody: 'Nobody.',
  whatIsKnown: 'What is known, and what is not',
  known: [
    'Every byte that the recorded processes sent and received, every fact they reported, every write and sync of their disks, at the time it happened.',
    'Of the others, only what crossed their connections. When a frame left them or reached them is an estimate: at most 0.1 ms away from the recorded end, and in the right order.',
    'It has happened: nothing here can be killed, cut or run with another seed. Play, step, scrub and look into everything.',
  ],
  shortfall: (what, until) =>
    ({
      damaged: `The file is damaged further on. Shown is what comes before, up to ${until}.`,
      torn: `The file breaks off in the middle of something. Shown is all that is whole, up to ${until}.`,
      'not-closed': `The recording was not closed in order: it was killed, or goes on. It is shown up to ${until}.`,
    })[what],
  reading: (file, percent) => `Reading ${file} … ${percent} %`,
  problem: (file, problem) => {
    switch (problem.kind) {
      case 'foreign':
        return `${file} is not a recording. Recordings are made by "npm run -s lab -- serve --record FILE".`;
      case 'other-version':
        return `${file} is a recording of version ${problem.version}, which this page cannot read.`;
      case 'empty':
        return `${file} breaks off before anything was recorded.`;
      case 'unreadable':
        return en.unreadable(file, problem.why);
    }
  },
  unreadable: (file, why) => `${file} could not be read: ${why}`,
};

const zh: RecordingWords = {
  title: '一次真实运行的录制',
  duration: (duration) => `时长 ${duration}`,
  begun: (when) => `开始于 ${when}`,
  recorded: '从内部录制的进程',
  fromOutside: '只从外部看到的进程',
  nobody: '没有。',
  whatIsKnown: '哪些已知，哪些未知',
  known: [
    '被录制进程收发的每个字节、上报的每个事件、每次写盘和刷盘，以及各自发生的时刻，全部已知。',
    '对其他进程，只知道经过连接的内容。帧离开或到达它们的时刻是估计值：与录制到的一端相差不超过 0.1 毫秒，先后顺序是准确的。',
    '一切都已发生：不能杀进程、切链路，也不能换随机种子重跑。可以播放、单步、拖动，并查看任何细节。',
  ],
  shortfall: (what, until) =>
    ({
      damaged: `文件后半部分已损坏，只显示损坏之前的内容，到 ${until} 为止。`,
      torn: `文件末尾不完整，只显示完整的部分，到 ${until} 为止。`,
      'not-closed': `录制没有正常结束：录制进程被杀，或仍在录制。显示到 ${until} 为止。`,
    })[what],
  reading: (file, percent) => `正在读取 ${file} … ${percent}%`,
  problem: (file, problem) => {
    switch (problem.kind) {
      case 'foreign':
        return `${file} 不是录制文件。录制文件由 “npm run -s lab -- serve --record 文件” 生成。`;
      case 'other-version':
        return `${file} 是版本 ${problem.version} 的录制文件，本页面无法读取。`;
      case 'empty':
        return `${file} 在录下任何内容之前就中断了。`;
      case 'unreadable':
        return zh.unreadable(file, problem.why);
    }
  },
  unreadable: (file, why) => `无法读取 ${file}：${why}`,
};

export function recordingWords(language: Language): RecordingWords {
  return language === 'en' ? en : zh;
}
