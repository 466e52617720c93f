/// Pieces of one log by the names that log rotation gives: `kern.log`, `kern.log.1`, `kern.log.2.gz`; the higher the number,
/// the older the piece.
enum RotatedFiles {
    /// Groups the files into runs, oldest piece first; a file that is no piece is a run of its own.
    static func runs(of names: [String]) -> [[Int]] {
        var runs: [[Int]] = []
        var places: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            let (base, _) = split(name)
            if let place = places[base], hasDistinctNumbers(runs[place] + [index], names) {
                runs[place].append(index)
            } else {
                places[base] = runs.count
                runs.append([index])
            }
        }
        return runs.map { run in run.sorted { split(names[$0]).number > split(names[$1]).number } }
    }

    /// `kern.log.2.gz` is piece 2 of `kern.log`; `kern.log` is piece 0 of itself.
    static func split(_ name: String) -> (base: String, number: Int) {
        var parts = name.split(separator: ".", omittingEmptySubsequences: false)
        if let last = parts.last, ["gz", "zst"].contains(last), parts.count > 1 { parts.removeLast() }
        let plain = parts.joined(separator: ".")
        guard parts.count > 1, let last = parts.last, let number = Int(last), number > 0, last.count < 5 else {
            return (plain, 0)
        }
        return (parts.dropLast().joined(separator: "."), number)
    }

    private static func hasDistinctNumbers(_ run: [Int], _ names: [String]) -> Bool {
        Set(run.map { split(names[$0]).number }).count == run.count
    }

    /// Joins the boots of consecutive pieces: the last boot of a piece goes on in the first boot of the next, unless that
    /// one begins with a banner or its stamps run backwards.
    ///
    /// - Parameter pieces: the boots of each piece with the piece's number, oldest first.
    static func join(_ pieces: [(number: Int, boots: [Boot])]) -> [Boot] {
        guard pieces.count > 1 else { return pieces.flatMap(\.boots) }
        var result: [Boot] = []
        for (place, piece) in pieces.enumerated() {
            var boots = piece.boots[...]
            if let last = result.last, let next = boots.first, goesOn(last, next) {
                let isNext = pieces[place - 1].number == piece.number + 1
                result[result.count - 1] = concatenate(last, next, isNext: isNext)
                boots = boots.dropFirst()
            }
            result += boots
        }
        return result
    }

    private static func goesOn(_ one: Boot, _ next: Boot) -> Bool {
        guard next.banner == nil else { return false }
        if let id = one.entries.last?.record.bootID, let other = next.entries.first?.record.bootID {
            return id == other
        }
        guard let last = one.entries.last?.record.time, let first = next.entries.first?.record.time else { return true }
        return last.clock != first.clock || first.microseconds >= last.microseconds
    }

    private static func concatenate(_ one: Boot, _ next: Boot, isNext: Bool) -> Boot {
        var result = one
        var next = next
        if !isNext, !next.entries.isEmpty { next.entries[0].gap = next.entries[0].gap ?? .seam(.missingPiece) }
        result.sources += next.sources.filter { !one.sources.contains($0) }
        result.entries += next.entries
        result.losses += next.losses
        return result
    }
}
