/** What the Content-Security-Policy of this page wants on style elements; the gateway wrote it into the page. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

// Read by the library that keeps the page behind a dialog from scrolling.
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = nonce;
