/** Keeps a stream from the server as a file. @param {string} name @param {{ arrayBuffer(): Promise<ArrayBuffer> }} stream */
export async function save(name, stream) {
  const address = URL.createObjectURL(new Blob([await stream.arrayBuffer()], { type: 'text/csv' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
