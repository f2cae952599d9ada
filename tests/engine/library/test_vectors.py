"""Nearest windows: exact or by graph, the same in any order, rebuilt when the file is not ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.library.vectors import Windows, build_graph, extend_graph, load_graph, save_graph


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def windows(n: int, seed: int = 0, first_id: int = 1) -> Windows:
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((40, 128))
    vectors = unit(centres[rng.integers(0, 40, n)] + 0.7 * rng.standard_normal((n, 128)))
    ids = np.arange(first_id, first_id + n)
    return Windows(ids, ids // 5, np.arange(n) % 5.0, np.arange(n) % 5.0 + 1, vectors, 1)


def naive(found: Windows, vector: np.ndarray, k: int) -> list[int]:
    distances = [float(np.linalg.norm(row.astype(np.float64) - vector)) for row in found.vectors]
    return sorted(range(len(found)), key=lambda row: (round(distances[row], 5), row))[:k]


def test_exact_search_is_what_comparing_all_gives() -> None:
    stock, query = windows(700), windows(5, seed=1).vectors
    for vector in query:
        rows, distances = stock.nearest(vector, 20)
        assert rows.tolist() == naive(stock, vector, 20)
        assert distances == pytest.approx(np.linalg.norm(stock.vectors[rows] - vector, axis=1), abs=1e-5)


def test_only_windows_of_the_wanted_files_compete() -> None:
    stock, vector = windows(700), windows(1, seed=1).vectors[0]
    rows, _ = stock.nearest(vector, 10, np.array([3, 50, 99]))
    assert set(stock.file_ids[rows].tolist()) == {3, 50, 99}
    assert rows.tolist() == [row for row in naive(stock, vector, 700) if stock.file_ids[row] in (3, 50, 99)][:10]


def test_twins_come_in_order_of_path() -> None:
    stock = windows(300)
    stock.vectors[[7, 120, 299]] = stock.vectors[7]
    rows, distances = stock.nearest(stock.vectors[7], 3)
    assert rows.tolist() == [7, 120, 299]
    assert distances.tolist() == [0.0, 0.0, 0.0]


def test_the_graph_finds_what_comparing_all_finds() -> None:
    stock, queries = windows(4000), windows(20, seed=1).vectors
    graph = build_graph(stock)
    found = [stock.nearest(vector, 20, graph=graph)[0].tolist() for vector in queries]
    exact = [stock.nearest(vector, 20)[0].tolist() for vector in queries]
    recall = np.mean([len(set(a) & set(b)) / 20 for a, b in zip(found, exact, strict=True)])
    assert recall > 0.99


def test_the_graph_is_the_same_every_time_it_is_built() -> None:
    stock, queries = windows(2000), windows(20, seed=1).vectors
    one, two = build_graph(stock), build_graph(stock)
    for vector in queries:
        assert stock.nearest(vector, 20, graph=one)[0].tolist() == stock.nearest(vector, 20, graph=two)[0].tolist()


def test_asking_a_small_graph_for_much_falls_back_to_comparing_all() -> None:
    stock, vector = windows(90), windows(1, seed=1).vectors[0]
    assert stock.nearest(vector, 90, graph=build_graph(stock))[0].tolist() == naive(stock, vector, 90)


def test_a_graph_grows_and_forgets() -> None:
    old = windows(3000)
    graph = build_graph(old)
    keep = np.arange(3000) >= 100
    more = windows(200, seed=2, first_id=5000)
    joined = Windows(
        np.concatenate([old.ids[keep], more.ids]),
        np.concatenate([old.file_ids[keep], more.file_ids]),
        np.concatenate([old.starts[keep], more.starts]),
        np.concatenate([old.ends[keep], more.ends]),
        np.concatenate([old.vectors[keep], more.vectors]),
        2,
    )
    assert extend_graph(graph, joined)
    for vector in (more.vectors[3], old.vectors[5], old.vectors[500]):
        assert joined.nearest(vector, 10, graph=graph)[0].tolist() == joined.nearest(vector, 10)[0].tolist()


def test_a_graph_of_mostly_removed_windows_is_not_worth_keeping() -> None:
    assert not extend_graph(build_graph(windows(1000)), windows(200, first_id=901))


def test_a_saved_graph_comes_back(tmp_path: Path) -> None:
    stock = windows(500)
    checksum = save_graph(build_graph(stock), tmp_path / "a.hnsw")
    graph = load_graph(tmp_path / "a.hnsw", checksum)
    assert graph is not None
    assert stock.nearest(stock.vectors[3], 5, graph=graph)[0][0] == 3


@pytest.mark.parametrize("damage", ["missing", "cut", "altered", "another"])
def test_a_graph_that_is_not_ours_is_never_loaded(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.hnsw"
    checksum = save_graph(build_graph(windows(500)), path)
    data = bytearray(path.read_bytes())
    data[8] ^= 0xFF
    if damage == "missing":
        path.unlink()
    elif damage == "another":
        save_graph(build_graph(windows(500, seed=9)), path)
    else:
        path.write_bytes(data if damage == "altered" else data[: len(data) // 2])
    assert load_graph(path, checksum) is None
