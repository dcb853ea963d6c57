"""A freeDiameterd to measure, and the database that it serves."""
import json, pathlib, re, shutil, signal, socket, subprocess, sys, time

here = pathlib.Path(__file__).resolve().parents[2]
build = here / "build" / "release"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Daemon:
    """A freeDiameterd with the shipped configuration, adjusted to a folder and a free port."""

    def __init__(self, folder, extension):
        self.port = free_port()
        text = (here / "conf/freeDiameter.conf").read_text()
        text = text.replace("/etc/freeDiameter/", f"{folder}/").replace("Port = 3868", f"Port = {self.port}")
        text = text.replace("SecPort = 5868", f"SecPort = {free_port()}")
        text = text.replace('"dict_vouchsafe.fdx"', f'"{build}/extensions/dict_vouchsafe.fdx"')
        text = text.replace('"vouchsafe.fdx"', f'"{build}/extensions/{extension}.fdx"')
        conf = folder / f"freeDiameter.{extension}.conf"
        conf.write_text(text)
        self.log = open(folder / f"{extension}.log", "w")
        self.process = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "freeDiameterd", "-c", conf], stdout=self.log, stderr=subprocess.STDOUT)
        for _ in range(600):
            if self.process.poll() is not None:
                sys.exit(f"{extension} did not start: {(folder / f'{extension}.log').read_text()[-2000:]}")
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)
        sys.exit(f"{extension} does not listen: {(folder / f'{extension}.log').read_text()[-2000:]}")

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        kib = {k: int(v) for k, v in re.findall(r"(RssAnon|RssFile):\s+(\d+)", status)}
        return kib["RssAnon"] / 1024, kib["RssFile"] / 1024

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.log.close()


def prepare(folder, subscribers):
    for line in (["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hss.ims.example",
                  "-keyout", f"{folder}/hss.key.pem", "-out", f"{folder}/hss.cert.pem"],):
        subprocess.run(line, check=True, capture_output=True)
    shutil.copy(folder / "hss.cert.pem", folder / "ca.pem")
    (folder / "acl_wl.conf").write_text("ALLOW_IPSEC *.ims.example\n")
    text = (here / "conf/vouchsafe.conf").read_text()
    text = text.replace('#path = "/var/lib/vouchsafe/', f'path = "{folder}/').replace('#key_file = "/var/lib/vouchsafe/', f'key_file = "{folder}/')
    # The load comes from several connections, each of which plays every CSCF.
    text = re.sub(r"(?s)^clients =\n\(.*?^\);", 'clients = ( { host = "*.ims.example"; roles = [ "i-cscf", "s-cscf", "ep-cscf", "as" ]; } );', text, flags=re.M)
    (folder / "vouchsafe.conf").write_text(text)
    ctl = [build / "vouchctl", "--config", folder / "vouchsafe.conf"]
    subprocess.run(ctl + ["init"], check=True, capture_output=True)
    subprocess.run(ctl + ["authorizer", "add", "waf.example.net"], check=True, capture_output=True)
    lines = folder / "subscribers.jsonl"
    with open(lines, "w") as out:
        subprocess.run([here / "conf/generate-subscribers", str(subscribers)], check=True, stdout=out)
    start = time.monotonic()
    subprocess.run(ctl + ["import", lines], check=True, capture_output=True)
    seconds = time.monotonic() - start
    lines.unlink()
    size = (folder / "hss.db").stat().st_size
    print(f"import: {subscribers / seconds:,.0f} subscriptions/s; {size / subscribers:.0f} octets on disk each", flush=True)


def load(port, kind, options, seed, connections=4, window=64, any_result=False):
    """What the program `load` measured. options has requests and subscribers."""
    command = [build / "load", "--port", str(port), "--kind", kind, "--requests", str(options.requests), "--connections", str(connections),
               "--window", str(window), "--subscribers", str(options.subscribers), "--seed", str(seed)]
    done = subprocess.run(command + (["--any-result"] if any_result else []), capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"load {kind}: {done.stdout}{done.stderr}")
    return json.loads(done.stdout)
