extension Array {
    /// The first place whose element has the property, in an array where all that follow have it too; the count if none has.
    package func firstPlace(where hasProperty: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if hasProperty(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
