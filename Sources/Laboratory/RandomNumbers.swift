/// Numbers by chance, the same for the same seed on every machine and with every version of Swift: SplitMix64, and nothing of the
/// standard library's, which may draw otherwise tomorrow.
struct RandomNumbers: Sendable {
    private var state: UInt64

    /// The numbers of one scenario; those of the next have nothing to do with them.
    init(seed: UInt64, number: Int) {
        state = seed
        state = next() ^ (UInt64(truncatingIfNeeded: number) &* 0xD134_2543_DE82_EF95)
    }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below the bound, which is at least 1.
    mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(max(bound, 1))).high)
    }

    /// A number of the range.
    mutating func within(_ range: ClosedRange<Int>) -> Int { range.lowerBound + below(range.count) }

    /// True in so many of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }

    /// One of the things; nil if there is none.
    mutating func one<Thing>(of things: [Thing]) -> Thing? { things.isEmpty ? nil : things[below(things.count)] }

    /// The things in any order.
    mutating func shuffled<Thing>(_ things: [Thing]) -> [Thing] {
        var things = things
        for index in things.indices.dropFirst().reversed() { things.swapAt(index, below(index + 1)) }
        return things
    }

    /// Each of the things in so many of a hundred cases, in the order in which they are given.
    mutating func some<Thing>(of things: [Thing], percent: Int) -> [Thing] {
        var result: [Thing] = []
        for thing in things where chance(percent) { result.append(thing) }
        return result
    }

    /// A position, each as likely as its weight says; nil if no weight is positive.
    mutating func position(in weights: [Int]) -> Int? {
        let sum = weights.reduce(0) { $0 + max($1, 0) }
        guard sum > 0 else { return nil }
        var left = below(sum)
        return weights.firstIndex { weight in
            left -= max(weight, 0)
            return left < 0
        }
    }
}
