/// Finds what is valid YAML and has no place in a manifest, before a parser sees it: anchors and aliases, with which a few
/// lines expand to gigabytes, and quoted text that runs over lines, because line by line is how this search works.
enum ForbiddenSyntax {
    static func first(in yaml: String) -> Misreading? {
        // "\r\n" is one Character; splitting scalars keeps lines apart whatever ends them.
        let lines = yaml.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r" }
        var number = 0
        var previousEndedInReturn = false
        for line in lines {
            let isSecondHalfOfLineEnd =
                previousEndedInReturn && line.startIndex > yaml.startIndex
                && yaml.unicodeScalars[yaml.unicodeScalars.index(before: line.startIndex)] == "\n"
            if !isSecondHalfOfLineEnd { number += 1 }
            previousEndedInReturn = line.endIndex < yaml.endIndex && yaml.unicodeScalars[line.endIndex] == "\r"
            if let found = first(in: Array(line)) {
                return Misreading(place: TextPlace(line: number, column: found.column), problem: found.problem)
            }
        }
        return nil
    }

    /// `&` and `*` mean something only where a value may begin, and so do quotes.
    private static func first(in line: [Unicode.Scalar]) -> (column: Int, problem: String)? {
        var position = 0
        var valueMayBegin = true
        while position < line.count {
            let scalar = line[position]
            let isFollowedByBlank = position + 1 == line.count || isBlank(line[position + 1])
            switch scalar {
            case " ", "\t": break
            case "#" where position == 0 || isBlank(line[position - 1]): return nil
            case "&" where valueMayBegin && !isFollowedByBlank, "*" where valueMayBegin && !isFollowedByBlank:
                return (position + 1, "anchors and aliases are not read; write the value out, or quote the text")
            case "\"" where valueMayBegin, "'" where valueMayBegin:
                guard let end = endOfQuoted(line, from: position) else {
                    return (position + 1, "a quoted text has to end on its line")
                }
                position = end
                valueMayBegin = false
            case "[", "{", ",": valueMayBegin = true
            case ":" where isFollowedByBlank: valueMayBegin = true
            case "-" where valueMayBegin && isFollowedByBlank, "?" where valueMayBegin && isFollowedByBlank: break
            case "!" where valueMayBegin:
                return (position + 1, "tags are not read; leave '!' out, or quote the text")
            default: valueMayBegin = false
            }
            position += 1
        }
        return nil
    }

    /// The position of the closing quote; `''` in single quotes and `\"` in double quotes do not close.
    private static func endOfQuoted(_ line: [Unicode.Scalar], from start: Int) -> Int? {
        let quote = line[start]
        var position = start + 1
        while position < line.count {
            if quote == "\"" && line[position] == "\\" {
                position += 1
            } else if line[position] == quote {
                let isDoubled = quote == "'" && position + 1 < line.count && line[position + 1] == quote
                guard isDoubled else { return position }
                position += 1
            }
            position += 1
        }
        return nil
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
}
