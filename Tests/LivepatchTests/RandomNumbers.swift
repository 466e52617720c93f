import TestSupport

/// What random events and texts are made of.
struct RandomNumbers: RandomNumberGenerator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func next() -> UInt64 { generator.next() }

    /// One of the elements; the fallback if there are none.
    mutating func one<Element>(of elements: [Element], or fallback: Element) -> Element {
        elements.randomElement(using: &self) ?? fallback
    }

    /// A text of characters of the alphabet.
    mutating func text(_ alphabet: String, _ count: ClosedRange<Int>) -> String {
        let characters = Array(alphabet)
        return String((0..<Int.random(in: count, using: &self)).map { _ in one(of: characters, or: "x") })
    }
}

/// Seeds of the property tests: some that stay, and one that is new in every run. A failure names its seed.
let seeds: [UInt64] = {
    let new = UInt64.random(in: 1...UInt64.max)
    print("new seed of this run: \(new)")
    return [1, 2, 3, 2017, new]
}()
