"""The HSS and three Kamailios on loopback, with the shipped configurations, free ports, and a capture of what they say."""
import contextlib, json, os, pathlib, re, shutil, signal, socket, struct, subprocess, tempfile, time

here = pathlib.Path(__file__).resolve().parents[2]
# SIP-Authorization (XRES), Confidentiality-Key and Integrity-Key of 3GPP, each of at most 16 octets.
SECRET = re.compile(rb"\0\0\x02[\x62\x71\x72].\0\0([\x10-\x1c])\0\0\x28\xaf", re.DOTALL)
# A test that is killed leaves nothing behind.
WITH_TEST = ["setpriv", "--pdeathsig", "TERM"]
sqlite_schemas = pathlib.Path("/usr/share/kamailio/db_sqlite")


def free_port(kind=socket.SOCK_STREAM):
    with socket.socket(socket.AF_INET, kind) as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.05)
    raise TimeoutError(what() if callable(what) else what)


class Network:
    def __init__(self, build):
        self.build = pathlib.Path(build).resolve()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="vouchsafe-interop-"))
        self.processes = {}
        self.pcap = self.folder / "all.pcapng"
        self.ports = {"hss": free_port(), "hss_tls": free_port(), "ws": free_port()}
        for name in ("epcscf", "icscf", "scscf"):
            self.ports[name] = free_port(socket.SOCK_DGRAM)
            self.ports[name + "_cdp"] = free_port()

    def __enter__(self):
        try:
            self.prepare_hss()
            self.capture()
            self.start_hss()
            for name in ("icscf", "scscf", "epcscf"):
                self.start_kamailio(name)
            for name in ("icscf", "scscf", "epcscf"):
                # cdp's timer and receiver race for the socket's number: the loser tries again every Tc seconds.
                until(lambda: self.open_peer(name), 40,
                      lambda: f"{name} has no connection to the HSS:\n{self.log(name)[-3000:]}")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for name in list(self.processes):
            self.stop(name)
        self.keep_logs()
        keep = os.environ.get("VOUCHSAFE_INTEROP_KEEP")
        if keep:
            shutil.copytree(self.folder, keep, dirs_exist_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def keep_logs(self):
        """For tests/checks/secrets, with the secrets that the HSS gave out."""
        logs = self.build / "tests/logs"
        logs.mkdir(parents=True, exist_ok=True)
        for name in ("hss", "epcscf", "icscf", "scscf"):
            (logs / f"interop-{name}.log").write_text(self.log(name))
        if self.pcap.exists():
            sent = self.pcap.read_bytes()
            secrets = {sent[found.end():found.end() + found[1][0] - 12].hex() for found in SECRET.finditer(sent)}
            with open(logs / "secrets", "a") as out:
                out.writelines(f"{secret}\n" for secret in sorted(secrets))

    # ---- processes

    def spawn(self, name, command):
        log = open(self.folder / f"{name}.log", "ab")
        self.processes[name] = subprocess.Popen([str(part) for part in WITH_TEST + command], stdout=log, stderr=log, cwd=self.folder)
        log.close()

    def stop(self, name, how=signal.SIGTERM):
        process = self.processes.pop(name, None)
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(how)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def log(self, name):
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def ctl(self, *arguments, data=None):
        done = subprocess.run([self.build / "vouchctl", "--config", self.folder / "vouchsafe.conf", *arguments], input=data,
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"vouchctl {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    # ---- the HSS

    def prepare_hss(self):
        folder = self.folder
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hss.ims.example",
                        "-keyout", folder / "hss.key.pem", "-out", folder / "hss.cert.pem"], check=True, capture_output=True)
        shutil.copy(folder / "hss.cert.pem", folder / "ca.pem")
        shutil.copy(here / "conf/acl_wl.conf", folder)
        text = (here / "conf/freeDiameter.conf").read_text()
        text = text.replace("/etc/freeDiameter/", f"{folder}/").replace("SecPort = 5868", f"SecPort = {self.ports['hss_tls']}")
        text = text.replace("Port = 3868", f"Port = {self.ports['hss']}")
        for extension in ("dict_vouchsafe", "vouchsafe"):
            text = text.replace(f'"{extension}.fdx"', f'"{self.build}/extensions/{extension}.fdx"')
        (folder / "freeDiameter.conf").write_text(text)
        text = (here / "conf/vouchsafe.conf").read_text()
        text = text.replace('#path = "/var/lib/vouchsafe/', f'path = "{folder}/')
        text = text.replace('#key_file = "/var/lib/vouchsafe/', f'key_file = "{folder}/')
        text = text.replace("#timeout_ms = 5000", "timeout_ms = 1000").replace("#first_retry_ms = 1000", "first_retry_ms = 200")
        text = text.replace("#tries = 8", "tries = 3")
        text = text.replace("#audiences = ", "audiences = ")
        (folder / "vouchsafe.conf").write_text(text)
        self.ctl("init")

    def start_hss(self):
        self.spawn("hss", ["freeDiameterd", "-c", self.folder / "freeDiameter.conf"])
        until(lambda: self.listens(self.ports["hss"]), 15, lambda: "the HSS does not listen:\n" + self.log("hss")[-2000:])

    @staticmethod
    def listens(port):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", port)) == 0

    # ---- Kamailio

    def start_kamailio(self, name, more=()):
        folder, ports = self.folder, self.ports
        xml = (here / f"conf/kamailio/{name}.xml").read_text()
        xml = xml.replace('port="3868"', f'port="{ports["hss"]}"')
        for shipped in ("3869", "3870", "3871"):
            xml = xml.replace(f'Acceptor port="{shipped}"', f'Acceptor port="{ports[name + "_cdp"]}"')
        (folder / f"{name}.xml").write_text(xml)
        (folder / "hosts").write_text("127.0.0.1 localhost hss.ims.example epcscf.ims.example icscf.ims.example scscf.ims.example\n")
        defines = {"SIP_LISTEN": f"udp:127.0.0.1:{ports[name]}", "CDP_CONFIG": f'"{folder}/{name}.xml"', "CTL": f'"unix:{folder}/{name}.ctl"'}
        scscf = f"sip:127.0.0.1:{ports['scscf']}"
        if name == "epcscf":
            defines |= {"WS_LISTEN": f"tcp:127.0.0.1:{ports['ws']}", "ICSCF": f'"sip:127.0.0.1:{ports["icscf"]}"',
                        "PATH_URI": f'"sip:term@127.0.0.1:{ports["epcscf"]};lr"'}
        if name == "icscf":
            database = folder / "icscf.db"
            sql = (here / "conf/kamailio/icscf.sql").read_text().replace("sip:127.0.0.1:6060", scscf)
            self.sqlite(database, sql)
            defines["DB_URL"] = f'"sqlite:///{database}"'
        if name == "scscf":
            database = folder / "scscf.db"
            self.sqlite(database, *[(sqlite_schemas / f"{part}-create.sql").read_text() for part in ("standard", "presence")])
            defines |= {"DB_URL": f'"sqlite:///{database}"', "SCSCF_URI": f'"{scscf}"', "ICSCF_PORT": str(ports["icscf"])}
            xsd = here / "../shared/reference/xsd/CxDataType_Rel7.xsd"
            if xsd.exists():
                defines |= {"WITH_XSD": "1", "USER_DATA_XSD": f'"{xsd.resolve()}"'}
        command = ["kamailio", "-f", here / f"conf/kamailio/{name}.cfg", "-DD", "-E", "-m", "64", "-M", "8", "-w", folder, "-Y", folder]
        for key, value in (defines | dict(more)).items():
            command += ["-A", f"{key}={value}"]
        # cdp finds the HSS in the hosts file: one of its own, in a mount namespace, so that nothing on the machine changes.
        script = f'mount --bind "$0" /etc/hosts && exec {" ".join(WITH_TEST)} "$@"'  # unshare forgets it
        self.spawn(name, ["unshare", "--map-root-user", "--mount", "sh", "-c", script, folder / "hosts", *command])

    @contextlib.contextmanager
    def other(self, name, **defines):
        """That CSCF with other defines for a while. Each start forgets the contacts."""
        def restart(more):
            self.stop(name)
            (self.folder / f"{name}.db").unlink(missing_ok=True)
            self.start_kamailio(name, more)
            until(lambda: self.open_peer(name), 40, f"{name} does not come back")

        try:
            restart(defines)
            yield
        finally:
            restart({})

    @staticmethod
    def sqlite(path, *scripts):
        import sqlite3
        with contextlib.closing(sqlite3.connect(path)) as database:
            for script in scripts:
                database.executescript(script)

    def rpc(self, name, *command):
        done = subprocess.run(["kamcmd", "-s", f"unix:{self.folder}/{name}.ctl", *command], capture_output=True, text=True, timeout=10)
        return done.stdout + done.stderr

    def open_peer(self, name):
        if self.processes[name].poll() is not None:
            raise RuntimeError(f"{name} ended:\n{self.log(name)[-3000:]}")
        return "I_Open" in self.rpc(name, "cdp.list_peers") or "R_Open" in self.rpc(name, "cdp.list_peers")

    def contacts(self, impu):
        return self.rpc("scscf", "ulscscf.showimpu", impu)

    # ---- what went over the wire

    def capture(self):
        sip = " or ".join(f"udp port {self.ports[name]}" for name in ("epcscf", "icscf", "scscf"))
        self.spawn("dumpcap", ["dumpcap", "-q", "-i", "lo", "-f", f"tcp port {self.ports['hss']} or {sip}", "-w", self.pcap])
        until(lambda: "File:" in self.log("dumpcap"), 15, lambda: "dumpcap does not capture: " + self.log("dumpcap"))

    def flush_capture(self):
        """Waits until what was sent so far is in the file: a connection of our own comes after it."""
        with socket.socket() as mark:
            mark.connect_ex(("127.0.0.1", self.ports["hss"]))
            ports = struct.pack("!HH", mark.getsockname()[1], self.ports["hss"])
        until(lambda: ports in self.pcap.read_bytes(), 10, "the capture lags behind")

    @staticmethod
    def read_capture(command):
        """The file is written meanwhile: when it ends within a packet, it is read again."""
        for _ in range(20):
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode == 0:
                return done
            if "cut short" not in done.stderr:
                break
            time.sleep(0.1)
        raise RuntimeError(f"tshark ended with {done.returncode}: {done.stderr}")

    def diameter(self):
        """\\return every Diameter message between the CSCFs and the HSS, as tshark decodes it with the project's dictionary"""
        self.flush_capture()
        (self.folder / "Custom.xml").write_text(self.ctl("dictionary"))
        fields = ["diameter.cmd.code", "diameter.flags.request", "diameter.Session-Id", "diameter.User-Name", "diameter.Public-Identity",
                  "diameter.Result-Code", "diameter.Experimental-Result-Code", "diameter.Delegation-Result", "diameter.Origin-Host",
                  "diameter.Server-Assignment-Type", "diameter.avp.unknown"]
        script = 'mount --bind "$0" /usr/share/wireshark/diameter/Custom.xml && exec "$@"'
        command = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, self.folder / "Custom.xml", "tshark", "-r", self.pcap, "-d",
                   f"tcp.port=={self.ports['hss']},diameter", "-Y", "diameter && !(diameter.cmd.code in {257,280,282})", "-T", "json"]
        for field in fields:
            command += ["-e", field]
        done = self.read_capture([str(part) for part in command])
        messages = []
        for packet in json.loads(done.stdout or "[]"):
            layer = packet["_source"]["layers"]
            messages.append({field.partition(".")[2]: layer.get(field, []) for field in fields})
        return messages
