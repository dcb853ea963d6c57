"""A real browser as WIC: headless Chromium, with a page that this serves."""
import http.server, pathlib, subprocess, threading, urllib.parse

page = pathlib.Path(__file__).with_name("wic.html")


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        if url.path == "/done":
            self.server.result = {k: v[0] for k, v in urllib.parse.parse_qs(url.query, keep_blank_values=True).items()}
            self.server.done.set()
        body = page.read_bytes() if url.path == "/" else b""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def register(port, impu, waf, token, profile, screenshot):
    """\\return the status that the page got, and the Reason; the screenshot shows the page then"""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.result, server.done = {}, threading.Event()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    query = urllib.parse.urlencode({"port": port, "impu": impu, "waf": waf, "token": token})
    command = ["chromium-headless-shell", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={profile}",
               "--window-size=900,420", "--timeout=4000", f"--screenshot={screenshot}", f"http://127.0.0.1:{server.server_port}/?{query}"]
    try:
        subprocess.run(command, capture_output=True, timeout=60)
        if not server.done.is_set():
            raise TimeoutError("the page says nothing")
        return int(server.result["status"]), server.result["reason"]
    finally:
        server.shutdown()
        server.server_close()
