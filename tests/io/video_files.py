"""Makes small videos, and a server that streams one."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np


def write_video(path: Path, count: int = 12, size: tuple[int, int] = (160, 120), fps: float = 25.0) -> Path:
    """A video whose frames are ever brighter."""
    out = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), fps, size)
    assert out.isOpened()
    for i in range(count):
        out.write(np.full((size[1], size[0], 3), 10 + 200 * i // count, np.uint8))
    out.release()
    return path


class Stream:
    """A camera on the network: JPEGs one after another, until it is unplugged."""

    def __init__(self, frames: list[np.ndarray], fps: float = 30.0) -> None:
        self._parts = [cv2.imencode(".jpg", frame)[1].tobytes() for frame in frames]
        self._pause, self.plugged = 1 / fps, threading.Event()
        self.plugged.set()
        stream = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stream._serve(self)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/live.mjpg"

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        if not self.plugged.is_set():
            handler.send_error(503)
            return
        handler.send_response(200)
        handler.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
        handler.end_headers()
        i = 0
        try:
            while self.plugged.is_set():
                part = self._parts[i % len(self._parts)]
                head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(part)}\r\n\r\n"
                handler.wfile.write(head.encode() + part + b"\r\n")
                i += 1
                threading.Event().wait(self._pause)
        except OSError:
            pass

    def close(self) -> None:
        self.plugged.clear()
        self._server.shutdown()
        self._server.server_close()
