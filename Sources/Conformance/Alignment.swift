import Livepatch
import Reconstruction
import ReferenceEngine

/// How much a line is needed.
public enum Need: Hashable, Sendable {
    /// The kernel must have printed it where the source could show it.
    case required
    /// A debug line: needed only where the source shows debug lines.
    case debug
    /// The facts do not tell whether it is printed: the callback may not be defined.
    case perhaps
}

/// One line of a comparison.
public enum Step: Hashable, Sendable {
    /// Expected and seen.
    case matched(Expectation, Observation)
    /// Expected and not seen.
    case missing(Expectation, Need)
    /// Seen and not expected.
    case unexpected(Observation)

    /// The line that was expected, if one was.
    public var expectation: Expectation? {
        switch self {
        case .matched(let expectation, _), .missing(let expectation, _): expectation
        case .unexpected: nil
        }
    }

    /// The line that was seen, if one was.
    public var seen: Observation? {
        switch self {
        case .matched(_, let observation), .unexpected(let observation): observation
        case .missing: nil
        }
    }
}

/// The cheapest way to turn the expected lines into the seen ones.
public struct Alignment: Hashable, Sendable {
    /// The lines in order.
    public var steps: [Step]

    /// Aligns by edit distance; both lists are short, a section has a few dozen lines.
    public static func of(
        _ expected: [(expectation: Expectation, need: Need)], _ seen: [Observation]
    ) -> Alignment {
        let columns = seen.count + 1
        var cost = [Int](repeating: 0, count: (expected.count + 1) * columns)
        for row in (0...expected.count).reversed() {
            for column in (0...seen.count).reversed() {
                var best = row == expected.count && column == seen.count ? 0 : Int.max
                if row < expected.count {
                    best = Weight.missing(expected[row].need) + cost[(row + 1) * columns + column]
                }
                if column < seen.count {
                    best = min(best, Weight.unexpected + cost[row * columns + column + 1])
                }
                if row < expected.count, column < seen.count,
                    expected[row].expectation.fits(seen[column].event)
                {
                    best = min(best, cost[(row + 1) * columns + column + 1])
                }
                cost[row * columns + column] = best
            }
        }
        return Alignment(steps: trace(expected, seen, cost))
    }

    private static func trace(
        _ expected: [(expectation: Expectation, need: Need)], _ seen: [Observation], _ cost: [Int]
    ) -> [Step] {
        let columns = seen.count + 1
        var steps: [Step] = []
        var row = 0
        var column = 0
        while row < expected.count || column < seen.count {
            let here = cost[row * columns + column]
            if row < expected.count, column < seen.count,
                expected[row].expectation.fits(seen[column].event),
                here == cost[(row + 1) * columns + column + 1]
            {
                steps.append(.matched(expected[row].expectation, seen[column]))
                row += 1
                column += 1
            } else if row < expected.count,
                here == Weight.missing(expected[row].need) + cost[(row + 1) * columns + column]
            {
                steps.append(.missing(expected[row].expectation, expected[row].need))
                row += 1
            } else {
                steps.append(.unexpected(seen[column]))
                column += 1
            }
        }
        return steps
    }
}

/// What a contradiction weighs when candidates are compared. A line that was seen is harder evidence than one that was not:
/// lines get lost, but nobody makes them up.
enum Weight {
    static let unexpected = 4
    static let objection = 4
    /// What a reversal without any line adds to its missing lines: less likely than a completion in the wrong direction.
    static let unseenReversal = 2
    /// Of two equally bad explanations one that names an operation is better; counts as so many assumptions.
    static let noExplanation = 100
    /// Lines that were lost together weigh less than the kernel doing what it never does.
    static let silentLossMaximum = 3

    static func missing(_ need: Need) -> Int {
        switch need {
        case .required: 2
        case .debug: 1
        case .perhaps: 0
        }
    }
}
