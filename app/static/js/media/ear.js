// How loud a track is now, from 0 to 1: decibels below full scale, 60 of them. Heard here, since the statistics of a track that plays nowhere are silent.
const SAMPLES = 512;
const wave = new Float32Array(SAMPLES);
let context = null;

export class Ear {
  constructor(mediaStreamTrack) {
    context ??= new AudioContext();
    // begun again after a pause, a browser may wait for the next click
    if (context.state === "suspended") context.resume();
    this.analyser = new AnalyserNode(context, { fftSize: SAMPLES });
    this.source = new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([mediaStreamTrack]) });
    this.source.connect(this.analyser);
  }

  level() {
    this.analyser.getFloatTimeDomainData(wave);
    const mean = Math.sqrt(wave.reduce((sum, each) => sum + each * each, 0) / SAMPLES);
    return mean > 0 ? Math.max(0, 1 + Math.log10(mean) / 3) : 0;
  }

  close() {
    this.source.disconnect();
  }
}
