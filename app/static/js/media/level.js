// The level of an audio track, from 0 to 1 over 60 dB below full scale. Measured from the track itself, because
// WebRTC's statistics report none for a track that is not played.
const SAMPLES = 512;
const samples = new Float32Array(SAMPLES);
let context = null;

export class LevelMeter {
  constructor(mediaStreamTrack) {
    context ??= new AudioContext();
    // after a suspension, a browser may require another click
    if (context.state === "suspended") context.resume();
    this.analyser = new AnalyserNode(context, { fftSize: SAMPLES });
    this.source = new MediaStreamAudioSourceNode(context, { mediaStream: new MediaStream([mediaStreamTrack]) });
    this.source.connect(this.analyser);
  }

  level() {
    this.analyser.getFloatTimeDomainData(samples);
    const rms = Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / SAMPLES);
    return rms > 0 ? Math.max(0, 1 + Math.log10(rms) / 3) : 0;
  }

  close() {
    this.source.disconnect();
  }
}
