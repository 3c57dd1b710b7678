"""Tries scrapyd for real, on this machine alone: deploys the project as an egg, schedules a crawl of the demo portal,
waits until the job is finished, and counts what it stored. Exit code 0 where all of that worked.

    .venv/bin/python deploy/try_scrapyd.py [--keep]

Makes an environment of its own in a temporary folder (pip installs scrapyd and scrapyd-client into it); the project's
folder stays as it is.
"""

import configparser
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from promo_crawler.loopback import serve_portal  # noqa: E402

# scrapyd 1.6 needs pkg_resources, which newer ones have no more; older ones cannot read our pyproject.toml
TOOLS = ("scrapyd==1.6.0", "scrapyd-client==2.0.3", "setuptools>=77,<81")
PROJECT, HOST, SPIDER = "promo_crawler", "www.qinglan.example", "portal"
SITE = ROOT / "fixtures" / "demo" / "site"
PACKED = ("cleaners", "promo_crawler", "pyproject.toml", "setup.py", "scrapy.cfg", "README.md", "LICENSE")
PATIENCE = 120
"""Seconds to wait for the daemon, and for the job."""
FEWEST = 20
"""Articles of the demo portal that the job has to store; it has some more."""


class TrialError(Exception):
    """What did not work, in one sentence."""


def main() -> int:
    folder = Path(tempfile.mkdtemp(prefix="scrapyd-"))
    try:
        stored = try_in(folder)
    except (TrialError, subprocess.CalledProcessError) as error:
        print(f"try_scrapyd: {error}; see {folder}", file=sys.stderr)
        return 1
    if "--keep" in sys.argv:
        print(f"kept: {folder}")
    else:
        shutil.rmtree(folder)
    if stored < FEWEST:
        print(f"try_scrapyd: {stored} articles stored, at least {FEWEST} expected", file=sys.stderr)
        return 1
    print(f"deployed, scheduled, finished; {stored} articles stored")
    return 0


def try_in(folder: Path) -> int:
    """Returns how many articles the finished job has stored."""
    python = make_environment(folder / "venv")
    project = copy_project(folder / "project")
    home = folder / "scrapyd"
    home.mkdir()
    port = find_free_port()
    write_config(home / "scrapyd.conf", port)
    address = f"http://127.0.0.1:{port}"
    point_to(project / "scrapy.cfg", f"{address}/")
    with serve_portal(HOST, SITE) as server:
        kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        environment = kept | {"http_proxy": server.proxy, "no_proxy": "127.0.0.1"}
        with (home / "scrapyd.log").open("wb") as log:
            daemon = subprocess.Popen([python, "-m", "scrapyd"], cwd=home, env=environment, stdout=log, stderr=log)
        try:
            wait_for(lambda: ask(f"{address}/daemonstatus.json"), "scrapyd does not answer")
            print(f"scrapyd answers on {address}")
            deploy = [python, "-m", "scrapyd_client.deploy"]
            subprocess.run(deploy, cwd=project, env=environment, check=True)
            spiders = ask(f"{address}/listspiders.json?project={PROJECT}").get("spiders", [])
            print(f"deployed, with {len(spiders)} spiders")
            if SPIDER not in spiders:
                raise TrialError(f"the egg has no spider {SPIDER}")
            job = schedule(address, home / "data")
            print(f"scheduled: job {job}")
            wait_for(lambda: is_finished(address, job), f"job {job} does not finish")
        finally:
            daemon.terminate()
            daemon.wait(30)
        print(f"finished; {len(server.asked)} requests reached the portal")
    return count_stored(home / "data")


def make_environment(folder: Path) -> str:
    print("making an environment with scrapyd ...", flush=True)
    venv.create(folder, with_pip=True)
    python = str(folder / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(ROOT / "requirements.txt"), *TOOLS], check=True)
    return python


def copy_project(folder: Path) -> Path:
    """scrapyd-deploy leaves build/ and an .egg-info behind where it is called."""
    folder.mkdir()
    for name in PACKED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)
    return folder


def find_free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def write_config(path: Path, port: int) -> None:
    """The sample beside this script, on a port of its own."""
    config = configparser.ConfigParser()
    config.read(Path(__file__).with_name("scrapyd.conf"), "utf-8")
    config["scrapyd"]["http_port"] = str(port)
    with path.open("w", encoding="utf-8") as file:
        config.write(file)


def point_to(path: Path, url: str) -> None:
    config = configparser.ConfigParser()
    config.read(path, "utf-8")
    config["deploy"]["url"] = url
    with path.open("w", encoding="utf-8") as file:
        config.write(file)


def schedule(address: str, data: Path) -> str:
    fields = [("project", PROJECT), ("spider", SPIDER), ("url", f"http://{HOST}/")]
    fields += [("setting", f"DATA_DIR={data}"), ("setting", "DOWNLOAD_DELAY=0.05")]
    return str(ask(f"{address}/schedule.json", urlencode(fields).encode())["jobid"])


def is_finished(address: str, job: str) -> bool:
    jobs = ask(f"{address}/listjobs.json?project={PROJECT}")
    return any(each["id"] == job for each in jobs.get("finished", ()))


def ask(url: str, data: bytes | None = None) -> dict[str, object]:
    """An answer of scrapyd; an empty one where there is none yet. Raises TrialError where it says no."""
    try:
        with build_opener(ProxyHandler({})).open(url, data, timeout=30) as response:
            answer: dict[str, object] = json.load(response)
    except (URLError, ConnectionError):
        return {}
    if answer.get("status") != "ok":
        raise TrialError(f"scrapyd says to {url}: {answer.get('message')}")
    return answer


def wait_for(condition: object, complaint: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():  # type: ignore[operator]
        if time.monotonic() > end:
            raise TrialError(f"{complaint} within {PATIENCE} s")
        time.sleep(0.5)


def count_stored(data: Path) -> int:
    reports = [json.loads(path.read_text("utf-8")) for path in (data / "reports").glob("*.json")]
    if [report["end"] for report in reports] != ["finished"]:
        raise TrialError("the job left no report of a finished run")
    return int(reports[0]["counts"].get("articles/stored", 0))


if __name__ == "__main__":
    sys.exit(main())
