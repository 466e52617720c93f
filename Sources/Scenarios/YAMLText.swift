/// A text that may be a manifest or a scenario, and what it is called in errors.
struct YAMLText {
    let text: String
    let name: String
    /// What it should be.
    let kind: Kind

    /// What a text should be.
    enum Kind: String {
        case manifest, scenario

        var schema: Key.Schema {
            switch self {
            case .manifest: .manifest
            case .scenario: .scenario
            }
        }
    }

    /// Hands the one document of the text to the reader.
    ///
    /// - Throws: `ManifestError` if the text is too large, is no YAML, or has what has no place here; and what the reader throws.
    func read<Value>(_ reader: (YAMLValue) throws(Misreading) -> Value) throws(ManifestError) -> Value {
        guard text.utf8.count <= ManifestFile.sizeMaximum else {
            throw ManifestError(
                file: name, place: nil, problem: "a \(kind.rawValue) of more than \(ManifestFile.sizeMaximum) bytes")
        }
        if let found = ForbiddenSyntax.first(in: text) {
            throw ManifestError(file: name, place: found.place, problem: found.problem)
        }
        do {
            return try reader(YAMLValue.document(text, kind))
        } catch {
            throw ManifestError(file: name, place: error.place, problem: error.problem)
        }
    }
}
