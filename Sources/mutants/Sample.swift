/// Which mutants of predicted logs are tried: so many, chosen by the seed, because they are many and alike.
struct Sample {
    /// Those that are tried, in the order of the logs.
    let chosen: [(run: Run, mutant: Mutant)]
    /// The others, in the order in which they are tried if the chosen ones are not enough.
    let rest: [(run: Run, mutant: Mutant)]

    init(of mutants: [(run: Run, mutant: Mutant)], size: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let order = mutants.indices.shuffled(using: &generator)
        chosen = order.prefix(size).sorted().map { mutants[$0] }
        rest = order.dropFirst(size).map { mutants[$0] }
    }
}
