/// Which mutants of predicted logs are tried: of each kind so many, chosen by the seed, because they are many and alike.
struct Sample {
    /// Those that are tried, in the order of the logs.
    let chosen: [(run: Run, mutant: Mutant)]
    /// The others, in the order in which they are tried if the chosen ones are not enough.
    let rest: [(run: Run, mutant: Mutant)]

    init(of mutants: [(run: Run, mutant: Mutant)], ofEachKind maximum: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var counts: [EditKind: Int] = [:]
        var chosen: [Int] = []
        var rest: [Int] = []
        for place in mutants.indices.shuffled(using: &generator) {
            let kind = mutants[place].mutant.kind
            counts[kind, default: 0] += 1
            if counts[kind, default: 0] <= maximum { chosen.append(place) } else { rest.append(place) }
        }
        self.chosen = chosen.sorted().map { mutants[$0] }
        self.rest = rest.map { mutants[$0] }
    }
}
