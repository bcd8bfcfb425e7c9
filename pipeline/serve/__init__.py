"""befell as a service: what sources post is followed, and drafted when it is over.

    hooks    a request -> what a connector made of it     inbox     that -> incidents that are followed, in the store
    drafting a quiet incident -> a draft, once             sweep     closed incidents that nobody drafted

The store holds the truth; jobs and processes may die at any point.
"""
