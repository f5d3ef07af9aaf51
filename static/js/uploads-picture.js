// Pictures are made smaller here before they travel; the day they were taken stays in them.

const SIDE = 2560;
const LIGHT = 1.5 * 1024 * 1024;
const KINDS = ["image/jpeg", "image/png", "image/webp"];
const EXIF = 0x45786966;
const ORIENTATION = 0x0112;

async function bitmapOf(blob) {
  try {
    return await createImageBitmap(blob, { imageOrientation: "from-image" });
  } catch {
    return null; // an old browser, or a picture it can't read: the server will say
  }
}

function drawn(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const ink = canvas.getContext("2d");
  ink.fillStyle = "#fff";
  ink.fillRect(0, 0, canvas.width, canvas.height);
  ink.imageSmoothingQuality = "high";
  ink.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
}

// The segment in which the camera wrote the day, or null.
function noteOf(view) {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 10 < view.byteLength && view.getUint8(at) === 0xff) {
    const [marker, length] = [view.getUint8(at + 1), view.getUint16(at + 2)];
    if (marker === 0xda) return null;
    if (marker === 0xe1 && view.getUint32(at + 4) === EXIF) {
      return at + 2 + length <= view.byteLength ? [at, length + 2] : null;
    }
    at += 2 + length;
  }
  return null;
}

// The pixels are upright by now; the note must not turn them once more.
function upright(note) {
  const view = new DataView(note.buffer, note.byteOffset, note.byteLength);
  const start = 10;
  const little = view.getUint16(start) === 0x4949;
  const first = start + view.getUint32(start + 4, little);
  const count = view.getUint16(first, little);
  for (let i = 0; i < count; i += 1) {
    const entry = first + 2 + 12 * i;
    if (view.getUint16(entry, little) === ORIENTATION) view.setUint16(entry + 8, 1, little);
  }
  return note;
}

async function withNote(small, original) {
  try {
    const head = await original.slice(0, 256 * 1024).arrayBuffer();
    const found = noteOf(new DataView(head));
    if (!found) return small;
    const note = upright(new Uint8Array(head.slice(found[0], found[0] + found[1])));
    return new Blob([small.slice(0, 2), note, small.slice(2)], { type: "image/jpeg" });
  } catch {
    return small; // a note that can't be read is not worth a picture
  }
}

const encoded = (canvas) => new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.86));

// {blob, name, preview}: what is sent, and a small picture of it for the page.
export async function prepared(file) {
  const same = { blob: file, name: file.name, preview: "" };
  if (!KINDS.includes(file.type)) return same;
  const bitmap = await bitmapOf(file);
  if (!bitmap) return same;
  same.preview = drawn(bitmap, 224).toDataURL("image/jpeg", 0.7);
  const large = Math.max(bitmap.width, bitmap.height) > SIDE;
  if (!large && file.size <= LIGHT) return same;
  const small = await encoded(drawn(bitmap, SIDE));
  bitmap.close();
  if (!small || small.size >= file.size) return same;
  const name = file.name.replace(/\.[^.]*$/, "") + ".jpg";
  return { blob: await withNote(small, file), name, preview: same.preview };
}
